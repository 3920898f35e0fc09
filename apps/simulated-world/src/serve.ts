/** The simulated world behind HTTP: what is asked for is put at an address of its own; and by a control route it is told to misbehave. */
import { type Clock, systemClock } from '@ensemble/engine';
import { signatureHeader, signed } from '@ensemble/outside';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Check } from 'typebox/schema';
import { type TSchema, Type } from 'typebox';
import { behaviours, type Part, partOf, parts, simulatedWorld, type World } from './world.ts';

export interface Serving {
  /** 0: any free one. */
  readonly port: number;
  readonly host: string;
  /** Where each writes to of its own accord: `${webhooks}/payments`. */
  readonly webhooks: string;
  /** What each signs that with. */
  readonly secrets: Readonly<Record<Part, string>>;
  /** Whether it holds the process; default: no. */
  readonly keepsAlive?: boolean;
}

export interface Served {
  readonly url: string;
  readonly world: World;
  close(): Promise<void>;
}

/** What waits for a clock that is stopped never comes: no letter is written by a world that has closed. */
function stoppable(clock: Clock): { readonly clock: Clock; stop(): void } {
  const waiting = new Set<() => void>();
  let isStopped = false;
  return {
    clock: {
      now: () => clock.now(),
      after(milliseconds, call) {
        if (isStopped) return () => undefined;
        const forget = clock.after(milliseconds, () => {
          waiting.delete(forget);
          call();
        });
        waiting.add(forget);
        return forget;
      },
    },
    stop() {
      isStopped = true;
      for (const forget of waiting) forget();
      waiting.clear();
    },
  };
}

const bodyLimit = 64 * 1024;
/** Milliseconds that whoever is written to has to take it. */
const patience = 5_000;

/** Errors: those of listening (EADDRINUSE, …). */
export async function serveWorld({ port, host, webhooks, secrets, keepsAlive = false }: Serving): Promise<Served> {
  const tell = async (part: Part, news: unknown): Promise<void> => {
    const body = JSON.stringify(news);
    const headers = { 'content-type': 'application/json', [signatureHeader]: signed(secrets[part], body) };
    const answer = await fetch(`${webhooks}/${part}`, { method: 'POST', headers, body, signal: AbortSignal.timeout(patience) });
    await answer.body?.cancel();
    if (!answer.ok) throw new Error(`${part} is answered ${answer.status}`);
  };
  const { clock, stop } = stoppable(systemClock);
  const world = simulatedWorld({ clock, tell });
  const server = createServer((request, response) => {
    answer(world, request, response).catch((error: unknown) => send(response, 500, { problem: String(error) }));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  if (!keepsAlive) server.unref();
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${(server.address() as AddressInfo).port}`,
    world,
    close: () =>
      new Promise((resolve) => {
        stop();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const Behave = Type.Object({ behaviour: Type.Union([Type.Null(), ...behaviours.map((each) => Type.Literal(each))]) });
const GiveUp = Type.Object({ reason: Type.Optional(Type.String({ maxLength: 500 })) });

async function answer(world: World, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const [, folder = '', key = '', verb = ''] = (request.url ?? '').split('?', 1).join('').split('/');
  const body = await bodyOf(request);
  if (body === undefined) return send(response, 400, { problem: 'JSON of at most 64 KB is read' });
  if (folder === 'behaviour' && key in parts && request.method === 'PUT') {
    if (!fits(Behave, body)) return send(response, 422, { problem: `behaviour is null or one of ${behaviours.join(', ')}` });
    world.behave(key as Part, (body as { behaviour: null }).behaviour);
    return send(response, 200, body);
  }
  if (folder === 'parcels' && verb === 'failure' && request.method === 'POST') {
    if (!fits(GiveUp, body)) return send(response, 422, { problem: 'reason is a text' });
    world.giveUp(decodeURIComponent(key), (body as { reason?: string }).reason ?? 'nobody was at home');
    return send(response, 202, {});
  }
  if (folder === '') return send(response, 200, { is: 'a payment provider and a carrier, simulated', behaviours, done: world.done() });
  if (partOf(folder) && key !== '' && ['GET', 'PUT'].includes(request.method ?? ''))
    return react(
      world,
      { folder, key: decodeURIComponent(key), request: request.method === 'PUT' ? (body as object as {}) : null },
      response,
    );
  send(response, 404, { problem: `there is no ${request.method} ${request.url}` });
}

async function react(world: World, asked: Parameters<World['react']>[0], response: ServerResponse): Promise<void> {
  const reaction = await world.react(asked);
  if (reaction.kind === 'is silent') return;
  if (reaction.kind === 'breaks off') return void response.destroy();
  if (reaction.kind === 'fails') return send(response, 503, { problem: 'not now' });
  send(response, reaction.answer ? 200 : 404, reaction.answer ?? { problem: 'nothing was asked for under this key' });
}

const fits = (schema: TSchema, body: unknown): boolean => Check(schema, body);

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(`${JSON.stringify(body)}\n`);
}

/** An empty body is an empty object; undefined: it cannot be read. */
async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > bodyLimit) return undefined;
    chunks.push(chunk);
  }
  try {
    return size === 0 ? {} : (JSON.parse(Buffer.concat(chunks).toString()) as unknown);
  } catch {
    return undefined;
  }
}
