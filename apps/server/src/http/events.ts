/**
 * An order's timeline as it happens, as Server-Sent Events: one `entry` a message, a `status` whenever that or its problems change, until
 * it has ended.
 */
import { EnsembleError } from '@ensemble/errors';
import { isEnd } from '@ensemble/flow';
import type { FastifyReply } from 'fastify';
import { findOrder, type Heard } from './find-order.ts';
import type { Hall, Here } from './here.ts';
import { type OrderBell, orderBell } from './order-bell.ts';
import { type Pace, pace } from './pace.ts';
import type { OrderWithTimeline } from './views.ts';

/** Milliseconds. */
const heartbeat = 15_000;
/** Messages of several topics arrive as they like: after the end there may be one that was said before it. */
const stragglers = 250;

const headers = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store',
  'x-accel-buffering': 'no', // a proxy that collects would hold back what happens
  'x-content-type-options': 'nosniff',
};

/**
 * Streams an order. Whoever comes back is told all of it again, and knows entries by their ids: an entry may come late and belong
 * before one that was told, so no last id says what is missing.
 * Errors before the first byte, as problems: STREAMS_FULL, ORDER_UNKNOWN, STORE_UNAVAILABLE, SERVICE_ELSEWHERE, SERVICE_UNREACHED.
 */
export function streams({ here, ending }: Hall): (orderId: string, reply: FastifyReply) => Promise<void> {
  let open = 0;
  let bell: OrderBell | undefined;
  return async (orderId, reply) => {
    const inside = here();
    const { streamLimit } = inside.config;
    if (open >= streamLimit) throw new EnsembleError('STREAMS_FULL', `${open} orders are being watched here.`, { limit: streamLimit });
    bell ??= orderBell(inside.system);
    open += 1;
    try {
      await stream(inside, { orderId, reply, ending, bell });
    } finally {
      open -= 1;
    }
  };
}

interface Asked {
  readonly orderId: string;
  readonly reply: FastifyReply;
  readonly ending: AbortSignal;
  readonly bell: OrderBell;
}

async function stream(here: Here, { orderId, reply, ending, bell }: Asked): Promise<void> {
  const gone = new AbortController();
  const signal = AbortSignal.any([ending, gone.signal]);
  const listening = listen(bell, orderId, signal);
  let heard: Heard | undefined;
  const find = async (): Promise<OrderWithTimeline> => {
    const found = await findOrder(here, orderId, heard);
    ({ heard } = found);
    return found;
  };
  try {
    const first = await find();
    const { raw } = reply.hijack();
    raw.on('close', () => gone.abort());
    raw.on('error', () => gone.abort());
    raw.writeHead(200, headers);
    raw.write('retry: 1000\n\n');
    const rhythm = pace(here.system.services.has('order-history'));
    await follow({ first, signal, listening, rhythm, find, send: (text) => raw.write(text) });
    raw.end();
  } finally {
    listening.end();
  }
}

interface Following {
  readonly first: OrderWithTimeline;
  readonly signal: AbortSignal;
  readonly send: (text: string) => void;
  readonly listening: Listening;
  readonly rhythm: Pace;
  readonly find: () => Promise<OrderWithTimeline>;
}

async function follow({ first, signal, send, listening, rhythm, find }: Following): Promise<void> {
  const told = teller(send);
  told.tell(first);
  const old = Date.now() - Date.parse(first.order.updatedAt) > stragglers;
  if (told.ended() && old) return;
  let quietSince = performance.now();
  while (!signal.aborted) {
    const last = told.ended();
    const rung = await listening.next(last ? stragglers : rhythm.wait());
    if (signal.aborted) return;
    // Away for a moment is no reason to end: the reader waits, and so do we.
    const found = await find().catch(() => undefined);
    const news = found ? told.tell(found) : true;
    rhythm.looked({ rung: rung && found !== undefined, news });
    if (last && !news) return;
    if (performance.now() - quietSince > heartbeat) {
      send(': still here\n\n');
      quietSince = performance.now();
    }
  }
}

/** Tells what it has not told yet. */
function teller(send: (text: string) => void) {
  const told = new Set<string>();
  let status = '';
  let problems: string | undefined;
  return {
    ended: () => isEnd(status),
    /** Whether there was anything. */
    tell({ order, timeline }: OrderWithTimeline): boolean {
      const entries = timeline.filter(({ id }) => !told.has(id));
      for (const entry of entries) {
        told.add(entry.id);
        send(`id: ${entry.id}\nevent: entry\ndata: ${JSON.stringify(entry)}\n\n`);
      }
      const listed = JSON.stringify(order.problems);
      const changed = order.status !== status || listed !== problems;
      [status, problems] = [order.status, listed];
      if (changed) send(`event: status\ndata: ${JSON.stringify(order)}\n\n`);
      return changed || entries.length > 0;
    },
  };
}

interface Listening {
  /** Whether this process has written the order's history; false: so many milliseconds have passed without, or the stream ends. */
  next(milliseconds: number): Promise<boolean>;
  end(): void;
}

function listen(bell: OrderBell, orderId: string, signal: AbortSignal): Listening {
  let rung = false;
  let wake = (): void => undefined;
  const end = bell.on(orderId, () => {
    rung = true;
    wake();
  });
  return {
    end,
    next: (milliseconds) =>
      new Promise((resolve) => {
        const done = (): void => {
          clearTimeout(timer);
          signal.removeEventListener('abort', done);
          const was = rung;
          rung = false;
          resolve(was);
        };
        const timer = setTimeout(done, milliseconds);
        wake = done;
        signal.addEventListener('abort', done, { once: true });
        if (rung || signal.aborted) done();
      }),
  };
}
