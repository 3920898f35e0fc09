/** What a flow is refused for when the process starts: one mistake each, with the whole message. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  Close,
  Closed,
  close,
  closes,
  Free,
  Freed,
  flow,
  free,
  Held,
  Hold,
  hold,
  holds,
  isRefused,
  Lost,
  Noted,
  note,
  orderId,
  Ship,
  Shipped,
  Short,
  ship,
  ships,
  Unship,
  Unshipped,
  unship,
} from '../../fixtures/three-steps.ts';
import {
  at,
  cancellation,
  command,
  does,
  done,
  event,
  goesOn,
  later,
  Lines,
  on,
  pivot,
  reads,
  refused,
  step,
  Text,
  together,
  undoes,
} from '../main.ts';

test('a flow with nothing wrong', () => assert.equal(flow({}).name, 'wrong'));

test('an undo may say why: the coordinator always knows', () => {
  const why = { orderId, reason: Text };
  const undone = step(hold, Hold, { held: Held, short: Short }).undo(free, command('Free', 'commands', why), event('Freed', 'events', why));
  assert.equal(flow({ steps: [undone, ships, closes] }).name, 'wrong');
});

test('an outcome unanswered', () =>
  isRefused(
    'FLOW_OUTCOME_UNANSWERED',
    'Hold → stock.hold: no message answers the outcome "short"; whoever waits for it would wait for ever',
    () => flow({ steps: [step(hold, Hold, { held: Held } as never).undo(free, Free, Freed), ships, closes] }),
  ));

test('an outcome invented', () =>
  isRefused('FLOW_OUTCOME_INVENTED', 'Hold → stock.hold: stock.hold never ends "gone"; its outcomes are held and short', () =>
    flow({ steps: [step(hold, Hold, { held: Held, short: Short, gone: Noted } as never).undo(free, Free, Freed), ships, closes] }),
  ));

test('an operation that goes on from one that the flow does not run', () =>
  isRefused('FLOW_DO_MISSING', 'Close → stock.close: stock.close goes on from stock.hold, which this flow does not run', () =>
    flow({ steps: [ships, closes] }),
  ));

test('an operation that goes on from a later one', () =>
  isRefused(
    'FLOW_DO_MISSING',
    'Close → stock.close: stock.close goes on from stock.hold, which this flow does not run before it\nstock.close: it is asked first and has no undo, so nothing says the end when it does not answer; put a step before it that has one',
    () =>
      flow({
        steps: [
          closes,
          holds,
          ships,
          step(goesOn(ship, 'parcel.track', { outcomes: { tracked: done() } }), command('Track', 'commands', { orderId }), {
            tracked: Noted,
          }),
        ],
      }),
  ));

test('a do asked twice', () =>
  isRefused(
    'FLOW_DO_TWICE',
    'stock.hold: it is asked 2 times, by Hold and HoldAgain; it happens once for an order, and a repeat says the same answer again',
    () =>
      flow({
        steps: [
          holds,
          step(hold, command('HoldAgain', 'commands', { orderId, lines: Lines }), {
            held: event('HeldAgain', 'events', { orderId }),
            short: event('ShortAgain', 'events', { orderId, reason: Text }),
          }).undo(free, command('FreeAgain', 'commands', { orderId }), event('FreedAgain', 'events', { orderId })),
          ships,
          closes,
        ],
      }),
  ));

test('two readers of one participant', () =>
  isRefused(
    'FLOW_TWO_READERS',
    'Closed: notes reads it twice, for notes.write and notes.sign; a participant does one thing with a message',
    () => flow({ also: [on(Closed, note), on(Closed, goesOn(note, 'notes.sign', { outcomes: { signed: done() } }))] }),
  ));

test('a later that is only run when asked', () =>
  isRefused('FLOW_NOT_UNASKED', 'later → stock.close: stock.close is only run when asked; declare it with unasked: true', () =>
    flow({ steps: [holds, ships], also: [later(close, { closed: Noted })] }),
  ));

test('a step without undo', () =>
  isRefused(
    'FLOW_STEP_WITHOUT_UNDO',
    'stock.hold: it changes something that nothing takes back when a later step refuses; give it .undo(operation, Command, Reply)',
    () => flow({ steps: [step(hold, Hold, { held: Held, short: Short }) as never, ships, closes] }),
  ));

test('a pivot without undo', () =>
  isRefused(
    'FLOW_PIVOT_WITHOUT_UNDO',
    'parcel.ship: it has no undo, and its outcome may stay unknown; give it .undo(operation, Command, Reply)',
    () => flow({ steps: [holds, pivot(ship, Ship, { shipped: Shipped, lost: Lost }) as never, closes] }),
  ));

test('an undo of another operation', () =>
  isRefused('FLOW_UNDO_DIFFERS', 'stock.hold: its undo is given as parcel.unship, which takes back parcel.ship', () =>
    flow({ steps: [step(hold, Hold, { held: Held, short: Short }).undo(unship, Free, Freed), pivotOfNote(), closes, shipsLast()] }),
  ));

test('a step that can refuse after the pivot', () =>
  isRefused(
    'FLOW_REFUSES_AFTER_PIVOT',
    'parcel.ship: it can refuse ("lost") after the pivot stock.hold; put it before, or make it the pivot',
    () => flow({ steps: [pivot(hold, Hold, { held: Held, short: Short }).undo(free, Free, Freed), shipsLast(), closes] }),
  ));

const shipsLast = () => step(ship, Ship, { shipped: Shipped, lost: Lost }).undo(unship, Unship, Unshipped);
const pivotOfNote = () =>
  step(note, command('Note', 'commands', { orderId }), { written: Noted }).undo(
    undoes(note, 'notes.erase', 'erased'),
    command('Erase', 'commands', { orderId }),
    event('Erased', 'events', { orderId }),
  );

test('two pivots', () =>
  isRefused('FLOW_PIVOTS', 'wrong: it has several pivots, stock.hold and parcel.ship; the last that can refuse is the one', () =>
    flow({ steps: [pivot(hold, Hold, { held: Held, short: Short }).undo(free, Free, Freed), ships, closes] }),
  ));

test('a pivot beside another step', () =>
  isRefused('FLOW_PIVOTS', 'parcel.ship: a pivot stands alone: beside it another step could refuse when it has succeeded', () =>
    flow({ steps: [holds, together(ships, pivotOfNote()), closes] }),
  ));

test('a beginning that succeeds in two ways', () => {
  const open = does('desk.open', { needs: { lines: Lines }, outcomes: { opened: done(), reopened: done() } });
  const Opened = event('Opened', 'events', { orderId, lines: Lines });
  const Reopened = event('Reopened', 'events', { orderId, lines: Lines });
  const begins = at(open, { opened: Opened, reopened: Reopened }).undo(
    undoes(open, 'desk.close', 'closed'),
    command('CloseDesk', 'commands', { orderId }),
    event('DeskClosed', 'events', { orderId }),
  );
  isRefused(
    'FLOW_BEGINNING',
    'desk.open: the coordinator begins with one message, and the beginning says Opened and Reopened when it succeeds',
    () => flow({ begins }),
  );
});

test('no steps', () => isRefused('FLOW_NO_END', 'wrong: it has no steps, so no message ends it', () => flow({ steps: [] })));

test('several last steps at once', () =>
  isRefused('FLOW_NO_END', 'stock.close and notes.write: several last steps at once: no one message says that the order is COMPLETED', () =>
    flow({ steps: [holds, ships, together(closes, pivotOfNote())] }),
  ));

test('several first steps at once', () =>
  isRefused(
    'FLOW_NO_END',
    'stock.hold and notes.write: several first steps at once: no one message says that the order is CANCELLED; the first step with an undo stands alone',
    () => flow({ steps: [together(holds, pivotOfNote()), ships, closes] }),
  ));

const looks = step(
  reads('shop.look', { outcomes: { open: done(), shut: refused({ reason: Text }) } }),
  command('Look', 'commands', { orderId }),
  {
    open: event('Open', 'events', { orderId }),
    shut: event('Shut', 'events', { orderId, reason: Text }),
  },
);

test('a first step without an undo: its silence would end the order without a word', () =>
  isRefused(
    'FLOW_NO_END',
    'shop.look: it is asked first and has no undo, so nothing says the end when it does not answer; put a step before it that has one',
    () => flow({ steps: [looks, holds, ships, closes] }),
  ));

test('a cancel, and no step with an undo: one that comes first would end the order without a word', () => {
  const only = step(note, command('Note', 'commands', { orderId }), { written: Noted }) as never;
  assert.equal(flow({ steps: [only] }).name, 'wrong');
  isRefused(
    'FLOW_NO_END',
    'notes.write: no step has an undo, so nothing says the end after CancelOrderRequested; put a step before it that has one',
    () => flow({ steps: [only], cancel: cancellation('requests') }),
  );
});

test('a message that nobody reads', () =>
  isRefused('FLOW_MESSAGE_UNREAD', 'Noted: notes says it and nobody reads it; add a row that does', () =>
    flow({ also: [on(Closed, note, { written: Noted })] }),
  ));

test('a message that nobody says', () =>
  isRefused('FLOW_MESSAGE_UNSAID', 'Noted: stock reads it and nobody says it; add the row whose outcome it is', () =>
    flow({ steps: [holds, ships], also: [on(Noted, close)] }),
  ));

test('a message that stands for two things', () =>
  isRefused(
    'FLOW_MESSAGE_AMBIGUOUS',
    'Held: it answers stock.hold and answers stock.close; give each its own message\nShip → parcel.ship: Held, Ship, Shipped and Close lead back to themselves, and would circulate for ever',
    () => flow({ steps: [holds, ships, step(close, Close, { closed: Held })] }),
  ));

test('success and refusal in one message', () =>
  isRefused('FLOW_MESSAGE_AMBIGUOUS', 'Hold → stock.hold: Held answers "held" and "short", so nobody can tell success from refusal', () =>
    flow({ steps: [step(hold, Hold, { held: Held, short: Held }).undo(free, Free, Freed), ships, closes] }),
  ));

test('two messages of one name', () =>
  isRefused('FLOW_NAME_TAKEN', 'Closed: two messages of one flow have this name; use the same value for both, or another name', () =>
    flow({ also: [on(event('Closed', 'events', { orderId }), note)] }),
  ));

test('rows in a circle', () => {
  const echo = (name: string) => goesOn(hold, name, { outcomes: { said: done() } });
  const Ping = event('Ping', 'events', { orderId });
  const Pong = event('Pong', 'events', { orderId });
  isRefused('FLOW_CYCLE', 'Ping → stock.ping: Ping and Pong lead back to themselves, and would circulate for ever', () =>
    flow({ also: [on(Ping, echo('stock.ping'), { said: Pong }), on(Pong, echo('stock.pong'), { said: Ping })] }),
  );
});
