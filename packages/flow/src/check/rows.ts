/** Each row by itself, and rows that stand in each other's way. */
import { triggerOf } from '../graph.ts';
import type { Flow, Row } from '../model.ts';
import { list, nameOf, type Problem, problem } from './problem.ts';

export const checkRows = (flow: Flow): readonly Problem[] => [
  ...flow.rows.flatMap((row) => outcomes(flow, row)),
  ...flow.rows.flatMap((row) => belongs(flow, row)),
  ...flow.rows.flatMap(unasked),
  ...byClock(flow),
  ...twice(flow),
];

function outcomes(flow: Flow, row: Row): readonly Problem[] {
  const { outcomes } = row.does.spec;
  const unanswered = Object.keys(outcomes).filter((outcome) => !row.says[outcome] && (outcomes[outcome]?.refuses || isAwaited(flow, row)));
  const invented = Object.keys(row.says).filter((outcome) => !outcomes[outcome]);
  return [
    ...unanswered.map((outcome) =>
      problem(
        'FLOW_OUTCOME_UNANSWERED',
        nameOf(row),
        `no message answers the outcome "${outcome}"; whoever waits for it would wait for ever`,
      ),
    ),
    ...invented.map((outcome) =>
      problem(
        'FLOW_OUTCOME_INVENTED',
        nameOf(row),
        `${row.does.name} never ends "${outcome}"; its outcomes are ${list(Object.keys(outcomes)) || 'none'}`,
      ),
    ),
  ];
}

/** The coordinator waits for the answer to all that it asks, but for what it only tells. */
const isAwaited = ({ plan }: Flow, row: Row): boolean =>
  Object.keys(row.says).length > 0 &&
  (plan?.groups.flat().some(({ step, undo }) => step === row.does.name || undo?.step === row.does.name) ?? false);

function belongs({ rows, plan }: Flow, row: Row): readonly Problem[] {
  const { of, name, kind } = row.does;
  if (of === undefined) return [];
  if (kind === 'after')
    return rows.some(({ does }) => does.kind === 'undo' && does.of === of)
      ? []
      : [problem('FLOW_DO_MISSING', nameOf(row), `${name} goes on from an undo of ${of}, which this flow does not run`)];
  const groupOf = (step: string) => plan?.groups.findIndex((group) => group.some((one) => one.step === step)) ?? -1;
  const late = groupOf(name) >= 0 && groupOf(of) >= groupOf(name);
  if (rows.some((other) => other.does.name === of) && !late) return [];
  return [problem('FLOW_DO_MISSING', nameOf(row), `${name} goes on from ${of}, which this flow does not run${late ? ' before it' : ''}`)];
}

/** It takes the order back, and that is all a clock does: anything else would be done again and again. */
const byClock = ({ rows }: Flow): readonly Problem[] =>
  [
    ...Map.groupBy(
      rows.filter(({ on }) => on.kind === 'deadline'),
      ({ reader }) => reader,
    ),
  ].flatMap(([reader, own]) => [
    ...own.flatMap((row) =>
      row.does.kind === 'undo'
        ? []
        : [problem('FLOW_CLOCK', nameOf(row), `${row.does.name} takes nothing back; a deadline only runs an undo`)],
    ),
    ...(own.length > 1 ? [problem('FLOW_CLOCK', reader, `it has ${own.length} deadlines in one flow; keep one`)] : []),
  ]);

const unasked = (row: Row): readonly Problem[] =>
  row.on.kind === 'later' && !row.does.spec.unasked
    ? [problem('FLOW_NOT_UNASKED', nameOf(row), `${row.does.name} is only run when asked; declare it with unasked: true`)]
    : [];

function twice({ rows }: Flow): readonly Problem[] {
  const readers = Map.groupBy(
    rows.filter((row) => row.on.kind === 'message'),
    (row) => `${row.reader} ${triggerOf(row)}`,
  );
  const dos = Map.groupBy(
    rows.filter((row) => row.does.kind === 'do'),
    (row) => row.does.name,
  );
  return [
    ...[...readers.values()].flatMap(([first, ...others]) =>
      first && others.length > 0
        ? [
            problem(
              'FLOW_TWO_READERS',
              triggerOf(first) ?? '',
              `${first.reader} reads it twice, for ${list([first, ...others].map((row) => row.does.name))}; a participant does one thing with a message`,
            ),
          ]
        : [],
    ),
    ...[...dos.entries()].flatMap(([name, asked]) =>
      asked.length > 1
        ? [
            problem(
              'FLOW_DO_TWICE',
              name,
              `it is asked ${asked.length} times, by ${list(asked.map((row) => triggerOf(row) ?? nameOf(row)))}; it happens once for an order, and a repeat says the same answer again`,
            ),
          ]
        : [],
    ),
  ];
}
