/** The messages that ask a participant for its operations, one set for each order. */
import { say } from '@ensemble/engine';
import { codecOf } from '@ensemble/flow';
import { type Interleaving, now, type Piece } from './setting.ts';

const orderId = (n: number): string => `01920000-0000-7000-8000-${String(n).padStart(12, '0')}`;

/** Every message that the participant reads in the flow. Errors: one that does not fit its schema, for facts that the setting lacks. */
export function piecesOf({ participant, flow, facts }: Interleaving): readonly Piece[] {
  const rows = flow.rows.filter(({ reader }) => reader === participant.name);
  return facts.flatMap((known, n) =>
    rows.flatMap(({ on, does }): Piece[] => {
      if (on.kind !== 'message') return [];
      const said = say({ flow, by: 'interleavings', orderId: orderId(n + 1), message: on.message, facts: known, at: now });
      const problem = codecOf(on.message).problem((JSON.parse(said.value) as { data: unknown }).data);
      if (problem !== null) throw new Error(`the facts of order ${n + 1} do not make a ${on.message.key}: ${problem}`);
      const { key } = on.message;
      const isWish = key === flow.cancel?.key;
      const completes = Object.values(does.spec.ends ?? {}).includes('COMPLETED');
      const { name: operation, kind } = does;
      return [{ orderId: orderId(n + 1), operation, kind, isWish, completes, message: key, value: said.value, at: now }];
    }),
  );
}
