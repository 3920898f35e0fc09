import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { inChunks } from './chunks.ts';
import { inPackets } from './packets.ts';

describe('what is sent', () => {
  it('goes in packets that the server takes, in order', () => {
    const text = (letter: string): string => letter.repeat(400);
    assert.deepEqual(inPackets([text('a'), text('b'), text('c')], 1_000), [[text('a'), text('b')], [text('c')]]);
    assert.deepEqual(inPackets([], 1_000), []);
  });

  it('counts bytes', () => assert.deepEqual(inPackets(['€'.repeat(320)], 1_000), ['too large']));

  it('ends with what fits into none', () => {
    assert.deepEqual(inPackets(['a', 'b'.repeat(1_000), 'c'], 1_000), [['a'], 'too large']);
  });

  it('has as many rows to a statement as it should hold, and at least one', () => {
    const row = (text: string): (string | number | null)[] => [text, 1, null];
    const [small, large] = [row('x'.repeat(20)), row('x'.repeat(500))];
    assert.deepEqual(inChunks([small, small, small], 100), [[small, small], [small]]);
    assert.deepEqual(inChunks([large, small, large], 100), [[large], [small], [large]]);
    assert.deepEqual(inChunks([], 100), []);
  });
});
