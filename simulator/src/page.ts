/** The failure matrix as the page that people read, docs/failures.md: one line a cell. */
import { type Flow, isEnd } from '@ensemble/flow';
import type { Outcome, Stage } from './cell.ts';
import { drawn } from './course.ts';
import { type Failure, failures } from './failures.ts';
import { outsideFailures } from './outside-failures.ts';
import type { Site } from './site.ts';
import type { State } from './state.ts';
import type { Sums } from './sums.ts';

const listOf = (all: readonly Failure[]): string => all.map(({ name, words }) => `- **${name}**: ${words}.`).join('\n');

export const head = `# What can go wrong, and how it ends

For every flow, every operation in it and every failure: how the order ends, what was said, and what was moved. Each line is a run of all
services that the flow meets, in memory on a virtual clock, with this one failure in it; after each run everything that must always hold
(the audit, the outboxes against the log, the history against one rebuilt from the log) is checked.

${listOf(failures)}

Where an operation asks outside, a payment provider or a carrier can fail too. There the order is paid by card, and the books of both are
compared with ours: what was charged and given back, what is on its way.

${listOf(outsideFailures)}

*Said* names the path of the flow whose messages were said ([the paths](../flows)), what was said beside it or not said of it, and what was
said more than once. "On the desk" means that nothing goes on by itself until a person looks; what follows the arrow is the end after
they mended it. An undo is looked at on a course on which there is something to undo.

Where it stops short of a whole end the line says why, which is what a person has to see to, and what is *left*: the pieces, the money
and the parcel that the order still has. On the way back that is never more than the failing operation has not taken back and, where a
coordinator takes back step by step, the steps before it. There too every piece is somewhere, once, and all books agree.

<!-- Written by: npm run simulate -- --write. The test beside it runs every line again. -->
`;

export const headingOf = (site: Site): string =>
  [
    `### ${site.flow.name}: ${site.operation.name}`,
    '',
    `${kinds[site.kind]}${site.asks.length > 0 ? `, asked by ${site.asks.map(code).join(', ')}` : ''}.`,
    '',
    '| failure | ends | said | moved |',
    '| --- | --- | --- | --- |',
  ].join('\n');

const kinds: Readonly<Record<Site['kind'], string>> = {
  begins: 'Begins the flow',
  compensatable: 'Compensatable',
  pivot: 'The pivot',
  retriable: 'Retriable',
  forward: 'On the way to COMPLETED',
  back: 'On the way back',
  listens: 'Listens: nobody waits for it',
  projects: 'A projection',
  unasked: 'Said unasked',
};

const code = (text: string): string => `\`${text}\``;

export const senselessLine = ({ name }: Failure, reason: string): string => `| ${name} | – ${reason} | | |`;

export const lineOf = ({ flow }: Site, { name }: Failure, outcome: Omit<Outcome, 'wrong' | 'lacks' | 'course'>): string =>
  `| ${name} | ${endOf(outcome)} | ${saidOf(flow, outcome.said)} | ${movedOf(outcome.sums)} |`;

const endOf = ({ before, ...end }: Omit<Outcome, 'wrong' | 'lacks' | 'course'>): string =>
  before === null || stageOf(before) === stageOf(end) ? stageOf(end) : `${stageOf(before)} → ${stageOf(end)}`;

/** Where it stands; if that is no end, or not a whole one, why and with what. */
function stageOf({ state, needs, sums }: Pick<Stage, 'state' | 'needs' | 'sums'>): string {
  const isWhole = isEnd(state.status) && state.dead.length + needs.length === 0;
  return isWhole ? stateOf(state) : `${[stateOf(state), ...needs].join(', ')}; ${leftOf(sums)}`;
}

const stateOf = ({ status, flagged, dead }: State): string =>
  [status, ...(flagged ? ['on the desk'] : []), ...dead.map((reader) => `dead letter of ${reader}`)].join(', ');

/** The nearest path, and how it differs; the messages themselves where no path is near. */
function saidOf(flow: Flow, said: ReadonlyMap<string, number>): string {
  const keys = new Set(said.keys());
  const [nearest] = [...drawn(flow)]
    .map(([name, messages]) => ({ name, more: keys.difference(new Set(messages)), less: new Set(messages).difference(keys) }))
    .toSorted((a, b) => a.more.size + a.less.size - b.more.size - b.less.size);
  const list = (of: Iterable<string>): string => [...of].map(code).join(', ');
  const again = [...said].flatMap(([key, times]) => (times > 1 ? [`${code(key)} ×${times}`] : []));
  const parts = nearest
    ? [
        `*${nearest.name}*`,
        ...(nearest.more.size > 0 ? [`and ${list(nearest.more)}`] : []),
        ...(nearest.less.size > 0 ? [`without ${list(nearest.less)}`] : []),
      ]
    : [list(keys)];
  return [...parts, ...(again.length > 0 ? [again.join(', ')] : [])].join('; ');
}

const money = (minor: number): string => (minor / 100).toFixed(2);

/** What an order has by now. */
function leftOf({ held, sold, charged, refunded, parcels }: Sums): string {
  const parts = [
    ...(held > 0 ? [`${held} held`] : []),
    ...(sold > 0 ? [`${sold} sold`] : []),
    ...(charged > refunded ? [`${money(charged - refunded)} kept`] : []),
    ...(parcels > 0 ? ['a parcel'] : []),
  ];
  return `left: ${parts.join(', ') || 'nothing'}`;
}

function movedOf({ held, sold, charged, refunded, parcels }: Sums): string {
  const parts = [
    ...(held > 0 ? [`${held} held`] : []),
    ...(sold > 0 ? [`${sold} sold`] : []),
    ...(charged > 0 ? [`${money(charged)} paid`] : []),
    ...(refunded > 0 ? [`${money(refunded)} returned`] : []),
    ...(parcels > 0 ? ['a parcel'] : []),
  ];
  return parts.join(', ') || 'nothing';
}
