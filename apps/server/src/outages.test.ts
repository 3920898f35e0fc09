import { deepEqual } from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { Log } from '@ensemble/engine';
import { outages } from './outages.ts';

/** Time stands still until the test moves it; each move looks around four times a second. */
function scene(t: TestContext) {
  t.mock.timers.enable({ apis: ['setInterval', 'Date'], now: 0 });
  const lines: string[] = [];
  const hear =
    (level: string) =>
    (fields: Readonly<Record<string, unknown>>, words: string): void =>
      void lines.push([level, words, ...Object.values(fields)].join(' '));
  const log: Log = { info: hear('info'), warn: hear('warn'), error: hear('error') };
  const told = outages(log);
  t.after(() => told.close());
  let away = false;
  told.watch({
    health: () => ['order', 'payment'].map((service) => ({ service, up: !away, problems: away ? ['refused'] : [], unsent: 0 })),
  });
  return {
    lines,
    told,
    pass: (milliseconds: number) => t.mock.timers.tick(milliseconds),
    goes: () => void (away = true),
    comes: () => void (away = false),
  };
}

test('an outage is one line when it begins and one when it is over, whatever everyone says about it', (t) => {
  const { lines, told, pass, goes, comes } = scene(t);
  told.log.warn({ problem: 'lost' }, 'order: no database');
  goes();
  pass(250);
  told.log.warn({ problem: 'lost' }, 'payment: no database');
  pass(5_000);
  comes();
  pass(250);
  deepEqual(lines, [
    'warn something is away; what was accepted waits for it refused order, payment',
    'info order: no database lost',
    'info payment: no database lost',
    'warn all is there again 5',
  ]);
});

test('a trouble that no outage explains is a warning, a second later', (t) => {
  const { lines, told, pass } = scene(t);
  told.log.warn({ problem: 'no such column' }, 'a batch cannot be committed');
  told.log.warn({ orderId: 'o-1' }, 'a message is a dead letter');
  deepEqual(lines, ['warn a message is a dead letter o-1']);
  pass(1_250);
  deepEqual(lines.slice(1), ['warn a batch cannot be committed no such column']);
});
