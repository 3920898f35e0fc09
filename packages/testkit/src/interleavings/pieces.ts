/** The messages that ask a participant for its operations, and the words that it asks for outside: one set for each order. */
import { keyOf, say, type Word } from '@ensemble/engine';
import { codecOf, type Operation } from '@ensemble/flow';
import { type Interleaving, now, type Piece } from './setting.ts';

const orderId = (n: number): string => `01920000-0000-7000-8000-${String(n).padStart(12, '0')}`;

/** Every message that the participant reads in the flow, and every word it may wait for. Errors: one that does not fit its schema, for facts that the setting lacks. */
export function piecesOf({ participant, flow, facts }: Interleaving): readonly Piece[] {
  const rows = [...flow.rows, ...flow.watches].filter(({ reader }) => reader === participant.name);
  const outside = [...new Set(rows.map(({ does }) => does))].filter(({ spec }) => spec.asks);
  return facts.flatMap((known, n) => [
    ...outside.map((operation) => wordPiece(operation, orderId(n + 1), wordOf(operation, n, known))),
    ...rows.flatMap(({ on, does }): Piece[] => {
      if (on.kind !== 'message') return [];
      const said = say({ flow, by: 'interleavings', orderId: orderId(n + 1), message: on.message, facts: known, at: now });
      const problem = codecOf(on.message).problem((JSON.parse(said.value) as { data: unknown }).data);
      if (problem !== null) throw new Error(`the facts of order ${n + 1} do not make a ${on.message.key}: ${problem}`);
      const { key } = on.message;
      const isWish = key === flow.cancel?.key;
      const completes = Object.values(does.spec.ends ?? {}).includes('COMPLETED');
      const { name: operation, kind } = does;
      return [{ orderId: orderId(n + 1), operation, kind, isWish, completes, message: key, value: said.value, word: null, at: now }];
    }),
  ]);
}

const wordPiece = ({ name: operation }: Operation, of: string, word: Word): Piece => ({
  orderId: of,
  operation,
  kind: 'word',
  isWish: false,
  completes: false,
  message: `the word on ${operation}`,
  value: keyOf(of, operation),
  word,
  at: now,
});

/** Every second order is refused outside. */
function wordOf({ name, spec }: Operation, n: number, facts: Readonly<Record<string, unknown>>): Word {
  const outcomes = Object.entries(spec.outcomes).filter(([says]) => says !== 'nothing');
  const [says, outcome] = outcomes.find(([, { refuses }]) => refuses === (n % 2 === 1)) ?? outcomes[0] ?? [];
  if (says === undefined || !outcome) throw new Error(`${name} has no outcome`);
  return { says, adds: Object.fromEntries(Object.keys(outcome.adds).map((fact) => [fact, facts[fact]])) };
}
