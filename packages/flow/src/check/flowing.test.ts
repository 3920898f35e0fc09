/** What a flow is refused for because of where its messages lead and what they carry: one mistake each, with the whole message. */
import { test } from 'node:test';
import { Type } from 'typebox';
import * as c from '../../fixtures/registry.ts';
import { history, inventory, order, payment, shipment } from '../../fixtures/operations.ts';
import {
  Closed,
  closes,
  Free,
  Freed,
  flow,
  free,
  Held,
  hold,
  holds,
  isRefused,
  Lost,
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
  Amount,
  anyOf,
  at,
  choreograph,
  command,
  deadline,
  does,
  done,
  event,
  fact,
  goesOn,
  Id,
  later,
  Line,
  Lines,
  type Message,
  on,
  pivot,
  refused,
  type Row,
  silent,
  step,
  Text,
  undoes,
  variants,
} from '../main.ts';

/** The third document's rows, by name, so that one can be left out. */
const rows = {
  reserve: on(c.OrderCreated, inventory.reserve, { reserved: c.InventoryReserved, unavailable: c.InventoryReservationFailed }),
  charge: on(c.InventoryReserved, payment.charge, { paid: c.PaymentSucceeded, declined: c.PaymentFailed }),
  schedule: on(c.PaymentSucceeded, shipment.schedule, { scheduled: c.DeliveryScheduled, failed: c.DeliveryFailed }),
  complete: on(c.DeliveryScheduled, order.complete),
  sell: on(c.DeliveryScheduled, inventory.sell),
  later: later(shipment.fail, { failed: c.DeliveryFailed }),
  cancel: on(anyOf(c.InventoryReservationFailed, c.PaymentFailed, c.DeliveryFailed), order.cancel, { cancelled: c.OrderCancelled }),
  deadline: on(deadline('15m'), order.cancel, { cancelled: c.OrderCancelled }),
  release: on(c.OrderCancelled, inventory.release, { released: c.InventoryReleased }),
  refund: on(c.OrderCancelled, payment.refund, { refunded: c.RefundSucceeded }),
  recall: on(c.OrderCancelled, shipment.cancel, { cancelled: c.ShipmentCancelled }),
  settle: [
    ...on(c.InventoryReleased, order.settleStock, { settled: c.OrderSettled, open: silent }),
    ...on(c.RefundSucceeded, order.settleMoney, { settled: c.OrderSettled, open: silent }),
    ...on(c.ShipmentCancelled, order.settleParcel, { settled: c.OrderSettled, open: silent }),
  ],
  archive: on(anyOf(c.DeliveryScheduled, c.OrderSettled), history.archive),
};

const shop = (changed: Partial<Record<keyof typeof rows, readonly Row[]>>) =>
  choreograph({
    name: 'wrong',
    begins: at(order.create, { created: c.OrderCreated }, c.PlaceOrder),
    rows: Object.values({ ...rows, ...changed }),
  });

test('a choreography with nothing wrong', () => void shop({}));

test('no operation that completes the order', () =>
  isRefused('FLOW_NO_END', 'wrong: no message ends it COMPLETED; an operation says which of its outcomes do, by `ends`', () =>
    shop({ complete: [] }),
  ));

test('a compensation that ends nowhere', () =>
  isRefused(
    'FLOW_NO_END',
    'InventoryReservationFailed, PaymentFailed, DeliveryFailed, OrderCancelled, InventoryReleased, RefundSucceeded and ShipmentCancelled: leads to no message that ends the order CANCELLED',
    () =>
      shop({
        settle: on(anyOf(c.InventoryReleased, c.RefundSucceeded, c.ShipmentCancelled), history.record),
        archive: on(c.DeliveryScheduled, history.archive),
      }),
  ));

test('a failure that nobody but the history hears', () =>
  isRefused(
    'FLOW_NO_END',
    `PaymentFailed: leads to no message that ends the order CANCELLED
InventoryReserved → payment.charge: after PaymentFailed nothing takes back order.create and inventory.reserve; let a row run the undo`,
    () =>
      shop({
        cancel: on(anyOf(c.InventoryReservationFailed, c.DeliveryFailed), order.cancel, { cancelled: c.OrderCancelled }),
        archive: on(anyOf(c.DeliveryScheduled, c.OrderSettled, c.PaymentFailed), history.archive),
      }),
  ));

test('a reservation that a refusal leaves', () =>
  isRefused(
    'FLOW_NOT_UNDONE',
    `InventoryReserved → payment.charge: after PaymentFailed nothing takes back inventory.reserve; let a row run the undo
PaymentSucceeded → shipment.schedule: after DeliveryFailed nothing takes back inventory.reserve; let a row run the undo
later → shipment.fail: after DeliveryFailed nothing takes back inventory.reserve; let a row run the undo
deadline of 900000 ms → order.cancel: after it nothing takes back inventory.reserve; let a row run the undo`,
    () =>
      shop({
        release: [],
        settle: on(anyOf(c.RefundSucceeded, c.ShipmentCancelled), order.settleMoney, { settled: c.OrderSettled, open: silent }),
      }),
  ));

test('a clock that takes nothing back, and two of them', () =>
  isRefused(
    'FLOW_CLOCK',
    `deadline of 900000 ms → order.complete: order.complete takes nothing back; a deadline only runs an undo
order: it has 2 deadlines in one flow; keep one
deadline of 900000 ms → order.complete: after it nothing takes back order.create, inventory.reserve, payment.charge and shipment.schedule; let a row run the undo`,
    () => shop({ deadline: [...rows.deadline, ...on(deadline('15m'), order.complete)] }),
  ));

test('what goes on from an undo that nobody runs', () =>
  isRefused(
    'FLOW_DO_MISSING',
    'Closed → stock.shelve: stock.shelve goes on from an undo of notes.write, which this flow does not run',
    () => flow({ also: [on(Closed, goesOn(undoes(note, 'stock.tear', 'torn'), 'stock.shelve', { outcomes: { shelved: done() } }))] }),
  ));

test('a reservation that a completed order still holds', () =>
  isRefused(
    'FLOW_NOT_SETTLED',
    'OrderCreated → inventory.reserve: what it holds is still held when the order is COMPLETED by DeliveryScheduled; let a row on that path run the operation that settles it',
    () => shop({ sell: [] }),
  ));

test('a reservation that a completed order still holds, coordinated', () => {
  const keep = does('shelf.keep', { outcomes: { kept: done() }, holds: true });
  const keeps = step(keep, command('Keep', 'commands', { orderId }), { kept: event('Kept', 'events', { orderId }) }).undo(
    undoes(keep, 'shelf.clear', 'cleared'),
    command('Clear', 'commands', { orderId }),
    event('Cleared', 'events', { orderId }),
  );
  isRefused(
    'FLOW_NOT_SETTLED',
    'Keep → shelf.keep: what it holds is still held when the order is COMPLETED; let a row on that path run the operation that settles it',
    () => flow({ steps: [holds, keeps, ships, closes] }),
  );
});

test('what a listener does, and nothing undoes', () =>
  isRefused(
    'FLOW_NOT_UNDONE',
    'Held → notes.write: the order may still be cancelled then, and nothing takes this back; add a row with its undo',
    () => flow({ also: [on(Held, note)] }),
  ));

test('what a later failure leaves', () => {
  const crash = goesOn(ship, 'parcel.crash', { outcomes: { crashed: done() }, unasked: true });
  isRefused('FLOW_NOT_UNDONE', 'Closed → notes.write: Crashed may come later and undoes everything, and nothing takes this back', () =>
    flow({ also: [on(Closed, note), later(crash, { crashed: event('Crashed', 'events', { orderId }) })] }),
  );
});

test('an operation that is not told what it needs', () => {
  const Bare = command('Bare', 'commands', { orderId }) as unknown as typeof Ship;
  isRefused('FLOW_FACT_MISSING', 'Bare → parcel.ship: parcel.ship needs lines, which Bare does not carry', () =>
    flow({ steps: [holds, pivot(ship, Bare, { shipped: Shipped, lost: Lost }).undo(unship, Unship, Unshipped), closes] }),
  );
});

test('an operation that is told what it needs only sometimes', () =>
  isRefused(
    'FLOW_FACT_MISSING',
    'Loose → parcel.ship: parcel.ship needs lines, which Loose carries only sometimes; make the field required',
    () =>
      flow({
        steps: [
          holds,
          pivot(ship, command('Loose', 'commands', { orderId, lines: Type.Optional(Lines) }), { shipped: Shipped, lost: Lost }).undo(
            unship,
            Unship,
            Unshipped,
          ),
          closes,
        ],
      }),
  ));

test('an operation that is told only a part', () =>
  isRefused('FLOW_FACT_MISSING', 'Part → parcel.ship: parcel.ship needs lines, which Part does not carry', () =>
    flow({
      steps: [
        holds,
        pivot(ship, command('Part', 'commands', { orderId, productId: fact('lines.0.productId', Line.properties.productId) }), {
          shipped: Shipped,
          lost: Lost,
        }).undo(unship, Unship, Unshipped),
        closes,
      ],
    }),
  ));

test('a command that claims what the coordinator never learnt', () =>
  isRefused('FLOW_FACT_UNFOUNDED', 'Hold: it says parcelId, which no message before it has told saga', () =>
    flow({
      steps: [
        step(hold, command('Hold', 'commands', { orderId, lines: Lines, parcelId: Id }), { held: Held, short: Short }).undo(
          free,
          Free,
          Freed,
        ),
        ships,
        closes,
      ],
    }),
  ));

test('a command that claims what the coordinator may not know', () =>
  isRefused(
    'FLOW_FACT_UNFOUNDED',
    'Free: it always says parcelId, which saga may not know by then; make the field optional, or required where it comes from',
    () =>
      flow({
        steps: [
          step(hold, command('Hold', 'commands', { orderId, lines: Lines }), { held: Held, short: Short }).undo(
            free,
            command('Free', 'commands', { orderId, parcelId: Id }),
            Freed,
          ),
          ships,
          closes,
        ],
      }),
  ));

test('an answer that claims what nobody told the participant', () =>
  isRefused(
    'FLOW_FACT_UNFOUNDED',
    'Hold → stock.hold: Held says total, which is not carried by Hold, nor added by "held", nor kept by stock',
    () => flow({ steps: [heldAs(event('Held', 'events', { orderId, total: Amount })), ships, closes] }),
  ));

const heldAs = (held: Message) =>
  step(hold, command('Hold', 'commands', { orderId, lines: Lines }), { held, short: Short }).undo(free, Free, Freed);

test('an undo that claims what a tombstone does not keep', () => {
  const open = does('desk.open', { needs: { lines: Lines }, keeps: { lines: Lines }, outcomes: { opened: done() } });
  const shut = undoes(open, 'desk.shut', 'shut');
  isRefused(
    'FLOW_FACT_UNFOUNDED',
    'Shut → desk.shut: WasShut always says lines, which "nothing" knows only sometimes; make the field optional',
    () =>
      flow({
        steps: [
          step(open, command('Open', 'commands', { orderId, lines: Lines }), {
            opened: event('Opened', 'events', { orderId, lines: Lines }),
          }).undo(shut, command('Shut', 'commands', { orderId }), event('WasShut', 'events', { orderId, lines: Lines })),
          holds,
          ships,
          closes,
        ],
      }),
  );
});

test('one fact with two types', () =>
  isRefused(
    'FLOW_FACT_TYPES',
    'Lost: reason is {"type":"integer"} here and {"maxLength":500,"pattern":"^[^\\\\u0000\\\\uD800-\\\\uDFFF]*$","type":"string"} in stock.hold',
    () => {
      const sink = does('parcel.ship', {
        needs: { lines: Lines },
        outcomes: { shipped: done({ parcelId: Id }), lost: refused({ reason: Text }) },
      });
      return flow({
        steps: [
          holds,
          pivot(sink, Ship, { shipped: Shipped, lost: event('Lost', 'events', { orderId, reason: Type.Integer() }) }).undo(
            unship,
            Unship,
            Unshipped,
          ),
          closes,
        ],
      });
    },
  ));

test('a part of a fact with another type', () =>
  isRefused(
    'FLOW_FACT_TYPES',
    'Hold: lines.0.quantity is {"type":"number"} here and {"maximum":10000,"minimum":1,"type":"integer"} in stock.hold',
    () =>
      flow({
        steps: [
          step(
            hold,
            command('Hold', 'commands', {
              orderId,
              productId: fact('lines.0.productId', Line.properties.productId),
              quantity: fact('lines.0.quantity', Type.Number()),
            }),
            { held: Held, short: Short },
          ).undo(free, Free, Freed),
          ships,
          closes,
        ],
      }),
  ));

const names = ['Begin', 'Hold', 'Held', 'Short', 'Free', 'Freed', 'Ship', 'Shipped', 'Lost', 'Unship', 'Unshipped', 'Close', 'Closed'];
const listed = names.map((name) => ({ name }));
const topics = ['requests', 'commands', 'events'];

test("names that are the document's", () => void flow({ document: { messages: listed, topics } }));

test("names that differ from the document's", () => {
  isRefused(
    'FLOW_NAME_DIFFERS',
    `Held: the document has no such message; write its name as the document does, or mark it ours: true
Hold: the document has it on stock-commands, the flow on commands
StockHeld: the document names it and the flow has no such message
Lost: the document calls it failure, the flow domain
Begin: its topic requests is none of the document's
stock-commands: the document has this topic, and no message of the flow is on it`,
    () =>
      flow({
        document: {
          topics: ['commands', 'events', 'stock-commands'],
          messages: listed.map(({ name }) =>
            name === 'Held'
              ? { name: 'StockHeld' }
              : name === 'Hold'
                ? { name, topic: 'stock-commands' }
                : name === 'Lost'
                  ? { name, tone: 'failure' }
                  : { name },
          ),
        },
      }),
  );
});

test('a message of the document that is marked as ours', () =>
  isRefused('FLOW_NAME_DIFFERS', 'Held: it is marked as ours, and the document names it', () =>
    flow({ steps: [heldAs(event('Held', 'events', { orderId }, { ours: true })), ships, closes], document: { messages: listed, topics } }),
  ));

test('variants that cannot be told apart', () => {
  const answer = variants({ kind: 'event', name: 'answer', topic: 'events', field: 'status' }, { HELD: { orderId } });
  isRefused('FLOW_NAME_TAKEN', 'answer: nothing tells it from answer/HELD: variants differ in the value of one field', () =>
    flow({
      steps: [
        step(hold, command('Hold', 'commands', { orderId, lines: Lines }), {
          held: answer.HELD,
          short: event('answer', 'events', { orderId, reason: Text }),
        }).undo(free, Free, Freed),
        ships,
        closes,
      ],
    }),
  );
});
