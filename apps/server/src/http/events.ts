/** An order's timeline as it happens, as Server-Sent Events: one `entry` a message, a `status` whenever it changes, until it has ended. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ended, findOrder } from './find-order.ts';
import type { Here } from './here.ts';
import type { OrderWithTimeline } from './views.ts';

/** Milliseconds. What another process writes is seen by asking again; what this one writes, at once. */
const askAgain = 500;
const heartbeat = 15_000;
/** Messages of several topics arrive as they like: after the end there may be one that was said before it. */
const stragglers = 250;

const headers = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store',
  'x-accel-buffering': 'no', // a proxy that collects would hold back what happens
  'x-content-type-options': 'nosniff',
};

/** Errors before the first byte, as problems: ORDER_UNKNOWN, STORE_UNAVAILABLE, SERVICE_ELSEWHERE. */
export async function streamEvents(
  here: Here,
  orderId: string,
  request: FastifyRequest,
  reply: FastifyReply,
  ending: AbortSignal,
): Promise<void> {
  const gone = new AbortController();
  const signal = AbortSignal.any([ending, gone.signal]);
  const watching = watch(here, orderId, signal);
  const find = (): Promise<OrderWithTimeline> => findOrder(here, orderId);
  try {
    const first = await find();
    const { raw } = reply.hijack();
    raw.on('close', () => gone.abort());
    raw.on('error', () => gone.abort());
    raw.writeHead(200, headers);
    raw.write('retry: 1000\n\n');
    const named = request.headers['last-event-id'];
    const lastSeen = typeof named === 'string' ? named : undefined;
    await follow({ first, lastSeen, signal, watching, find, send: (text) => raw.write(text) });
    raw.end();
  } finally {
    watching.end();
  }
}

interface Following {
  readonly first: OrderWithTimeline;
  readonly lastSeen: string | undefined;
  readonly signal: AbortSignal;
  readonly send: (text: string) => void;
  readonly watching: Watching;
  readonly find: () => Promise<OrderWithTimeline>;
}

async function follow({ first, lastSeen, signal, send, watching, find }: Following): Promise<void> {
  const told = new Set<string>();
  for (const { id } of seenBefore(first, lastSeen)) told.add(id);
  let status = '';
  let quietSince = performance.now();
  const tell = ({ order, timeline }: OrderWithTimeline): void => {
    for (const entry of timeline) {
      if (told.has(entry.id)) continue;
      told.add(entry.id);
      send(`id: ${entry.id}\nevent: entry\ndata: ${JSON.stringify(entry)}\n\n`);
    }
    if (order.status === status) return;
    status = order.status;
    send(`event: status\ndata: ${JSON.stringify(order)}\n\n`);
  };
  tell(first);
  const old = Date.now() - Date.parse(first.order.updatedAt) > stragglers;
  if (ended(status) && old) return;
  while (!signal.aborted) {
    const last = ended(status);
    await watching.next(last ? stragglers : askAgain);
    if (signal.aborted) return;
    const seen = told.size;
    // Away for a moment is no reason to end: the reader waits, and so do we.
    const found = await find().catch(() => undefined);
    if (found) tell(found);
    if (last && told.size === seen) return;
    if (performance.now() - quietSince > heartbeat) {
      send(': still here\n\n');
      quietSince = performance.now();
    }
  }
}

/** What a reader who comes back has been told: everything up to the entry it names; nothing where that is not known. */
const seenBefore = ({ timeline }: OrderWithTimeline, lastSeen: string | undefined) =>
  timeline.slice(0, timeline.findIndex(({ id }) => id === lastSeen) + 1);

interface Watching {
  /** Resolves when this process has written the order's history, or after so many milliseconds. */
  next(milliseconds: number): Promise<void>;
  end(): void;
}

function watch({ system }: Here, orderId: string, signal: AbortSignal): Watching {
  let changed = false;
  let wake = (): void => undefined;
  const end = system.watch(({ service, changes }) => {
    if (service !== 'order-history') return;
    const rows = changes.flatMap(({ insert = [], update = [] }) => [...insert, ...update]);
    if (!rows.some((row) => row['orderId'] === orderId)) return;
    changed = true;
    wake();
  });
  return {
    end,
    next: (milliseconds) =>
      new Promise((resolve) => {
        const done = (): void => {
          clearTimeout(timer);
          signal.removeEventListener('abort', done);
          changed = false;
          resolve();
        };
        const timer = setTimeout(done, milliseconds);
        wake = done;
        signal.addEventListener('abort', done, { once: true });
        if (changed) done();
      }),
  };
}
