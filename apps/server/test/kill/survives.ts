/** The whole program, killed under load with SIGKILL and started again: every order that was taken ends as it must, and every sum is right. */
import { deepEqual, equal } from 'node:assert/strict';
import { type KillSetting, runKills, type Victim } from './kills.ts';

interface Survival extends Pick<KillSetting, 'broker' | 'kafkaCache'> {
  /** What each kill hits. */
  readonly victims: readonly Victim[];
}

/** Every kill found work under way, and nothing of it was lost, doubled or left behind. */
export async function survives({ broker, victims, kafkaCache }: Survival): Promise<void> {
  const hits: KillSetting['hits'] = (kill) => victims[kill - 1] ?? 'program';
  const seed = Math.floor(Math.random() * 1e9);
  const say = (line: string): void => console.log(line);
  const { kills, orders, findings, exitCode } = await runKills({ broker, kills: victims.length, hits, seed, kafkaCache, say });
  deepEqual(findings, []);
  equal(kills.length, victims.length);
  const idle = kills.filter(({ inFlight, what }) => inFlight === 0 && what !== 'server'); // a server is back before it can be asked
  deepEqual(idle, [], 'a kill that interrupts nothing tells nothing');
  deepEqual(orders, { placed: orders.placed, answered: orders.placed, accepted: orders.placed, ended: orders.placed });
  equal(exitCode, 0);
}
