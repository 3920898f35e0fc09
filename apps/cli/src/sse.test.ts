import { deepEqual } from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { type ServerEvent, serverEvents } from './sse.ts';

async function read(chunks: Iterable<Uint8Array>): Promise<ServerEvent[]> {
  const events: ServerEvent[] = [];
  for await (const event of serverEvents(stream(chunks))) events.push(event);
  return events;
}

async function* stream(chunks: Iterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield* chunks;
}

const text = 'retry: 1000\n\nid: 1\nevent: entry\ndata: {"a":"é"}\n\n: still here\n\ndata:one\ndata: two\n\nevent: status\ndata: cut o';
const events = [
  { event: 'entry', data: '{"a":"é"}' },
  { event: 'message', data: 'one\ntwo' },
];

test('events are told, comments and what is cut off are not', async () => {
  deepEqual(await read([Buffer.from(text)]), events);
});

test('lines may end in any of three ways', async () => {
  deepEqual(await read([Buffer.from(text.replaceAll('\n', '\r\n'))]), events);
  deepEqual(await read([Buffer.from(text.replaceAll('\n', '\r'))]), events);
});

test('however the bytes are cut, the events are the same', async () => {
  const bytes = Buffer.from(text.replaceAll('\n', '\r\n'));
  const cuts = fc.array(fc.nat(bytes.length), { maxLength: 12 }).map((at) => [0, ...at.toSorted((a, b) => a - b), bytes.length]);
  await fc.assert(
    fc.asyncProperty(cuts, async (at) => {
      deepEqual(await read(at.slice(1).map((end, index) => bytes.subarray(at[index], end))), events);
    }),
  );
});
