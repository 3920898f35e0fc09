/** The first thing a person sees: what is running, where, and what to try next. */
import type { Config } from './config.ts';

export interface Screen {
  readonly url: string;
  readonly config: Config;
  /** In words. */
  readonly database: string;
  readonly broker: string;
  /** Of the last start on this data; null: the same. */
  readonly formerBroker: string | null;
  /** Who takes cards and parcels; null: nothing here asks them. */
  readonly outside: string | null;
}

export function firstScreen({ url, config, database, broker, formerBroker, outside }: Screen): string[] {
  const order = `{"lines":[{"productId":"keyboard","quantity":1}],"paymentMethod":"wallet"}`;
  const gateway = config.services.includes('gateway');
  const runs = [
    ...(gateway ? [['page', url]] : [['health', `${url}/ready; the page is where the gateway runs`]]),
    ['database', database],
    ['broker', broker],
    ...(formerBroker === null ? [] : [['', `before it was ${formerBroker}: orders under way then go on with --broker ${formerBroker}`]]),
    ...(outside === null ? [] : [['outside', `the payment provider and the carrier, ${outside}`]]),
    ['data', config.ephemeral ? 'of this run alone, gone when it ends' : config.dataDir],
    ['services', config.services.join(', ')],
    ...(config.slot === '1' ? [] : [['slot', config.slot]]),
  ] as const;
  const port = new URL(url).port;
  const cli = port === '3000' ? 'npx ensemble' : `npx ensemble --url ${url}`;
  const next = [
    ['on a page', url],
    ['by command', `${cli} order place --product keyboard:1 --watch`],
    ['declined', `${cli} order place --product desk --payment declined-card --watch`],
    ['by HTTP', `curl -s ${url}/api/orders -H 'content-type: application/json' -d '${order}'`],
  ] as const;
  const lines = (rows: readonly (readonly [string, string] | readonly string[])[]): string[] =>
    rows.map(([name = '', value = '']) => `  ${name.padEnd(11)} ${value}`);
  return [
    '',
    'Ensemble is running. Ctrl-C stops it.',
    '',
    ...lines(runs),
    ...(gateway ? ['', 'Place an order', '', ...lines(next)] : []),
    '',
  ];
}
