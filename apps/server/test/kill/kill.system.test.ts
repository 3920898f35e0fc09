/** The whole program, killed under load with SIGKILL and started again: every order that was taken ends as it must, and every sum is right. */
import { deepEqual, equal } from 'node:assert/strict';
import { describe, test } from 'node:test';
import { testServers } from '@ensemble/testkit/servers';
import { type KillSetting, runKills } from './kills.ts';

/** Every kill found work under way, and nothing of it was lost, doubled or left behind. */
async function survives(setting: Omit<KillSetting, 'seed' | 'kafkaCache' | 'say'>): Promise<void> {
  const seed = Math.floor(Math.random() * 1e9);
  const { kafkaCache } = testServers();
  const { kills, orders, findings, exitCode } = await runKills({ ...setting, seed, kafkaCache, say: (line) => console.log(line) });
  deepEqual(findings, []);
  equal(kills.length, setting.kills);
  const idle = kills.filter(({ inFlight, what }) => inFlight === 0 && what !== 'server'); // a server is back before it can be asked
  deepEqual(idle, [], 'a kill that interrupts nothing tells nothing');
  deepEqual(orders, { placed: orders.placed, answered: orders.placed, accepted: orders.placed, ended: orders.placed });
  equal(exitCode, 0);
}

const hits: KillSetting['hits'] = (kill) => (['server', 'program and server'] as const)[[2, 4].indexOf(kill)] ?? 'program';

describe('killed under load', () => {
  test('on the PostgreSQL log', () => survives({ broker: 'postgres', kills: 6, hits }));
  test('on Kafka', () => survives({ broker: 'kafka', kills: 4, hits }));
});
