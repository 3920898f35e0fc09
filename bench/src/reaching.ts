/** Measures a document's targets on a system that has no other load: over HTTP, with every service and without some. */
import type { Log, Store } from '@ensemble/engine';
import type { Flow, Targets } from '@ensemble/flow';
import { type Closing, listen, neighbours } from '@ensemble/server';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Patience, unended, waitForEnds } from './ends.ts';
import { requests } from './orders.ts';
import type { Parts } from './parts.ts';
import { moment, processorsBetween } from './processes.ts';
import type { Below } from './servers.ts';
import type { Setting } from './setting.ts';
import { compare, type TargetsResult, visitFigures } from './targets.ts';
import { visits } from './visits.ts';

export interface Site {
  readonly flow: Flow;
  readonly parts: Parts;
  readonly stores: ReadonlyMap<string, Store>;
  readonly below: Pick<Below, 'config' | 'pids'>;
  readonly log: Log;
  readonly closing: Closing;
  readonly say: (line: string) => void;
  readonly interrupted: AbortSignal;
}

const patience: Patience = { most: 15_000, between: 100 };

/** @param ordersPerSecond of the load before it */
export async function reach(targets: Targets, setting: Setting, ordersPerSecond: number, site: Site): Promise<TargetsResult> {
  const { flow, parts, stores, log, closing, say, interrupted } = site;
  const { config, pids } = site.below;
  const history = stores.get('order-history');
  if (!history) throw new Error('there is no order-history');
  const http = await listen({ ...config, host: '127.0.0.1', port: 0 }, log);
  closing('HTTP', () => http.close());
  http.ready({ system: parts.rest, config, log, neighbours: neighbours(null, log), outsideSecrets: { payments: null, carrier: null } });

  const { http: rate } = setting;
  const load = visits({ url: http.url, rate, requestOf: requests(flow, setting.declined), fetch, say });
  closing('the visits', () => load.stop());
  const wait = (seconds: number): Promise<void> => sleep(seconds * 1_000, undefined, { signal: interrupted });
  say(`warming up with ${rate} orders a second over HTTP`);
  await wait(setting.warmUp);
  say('measuring over HTTP');
  load.turn();
  const began = moment(pids);
  await wait(setting.seconds);
  const whole = load.turn();

  const services = targets.historyWithout ?? [];
  if (services.length > 0) {
    say(`the same without ${services.join(' and ')}`);
    await parts.away();
    await wait(setting.seconds);
  }
  const rest = load.turn();
  const processors = processorsBetween(began, moment(pids));
  await load.stop();
  const waited = (await unended(history, load.taken)).length;
  await parts.back();
  say('waiting for the orders placed over HTTP');
  const unfinished = (await waitForEnds(history, load.taken, patience, interrupted)).length;

  const without = services.length > 0 ? { services, waited, ...visitFigures(rest) } : null;
  const figures = { whole: visitFigures(whole), without };
  return {
    rate,
    ...figures,
    orders: { placed: load.taken.length, unfinished },
    processors,
    compared: compare(targets, { ...figures, ordersPerSecond }),
  };
}
