import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { databaseClock } from './clock.ts';

describe('the clock of the database', () => {
  it('goes on from what it said last, until that is too old', () => {
    let ours = 50;
    const clock = databaseClock(() => ours);
    assert.equal(clock.isKnown(), false);
    clock.reading(ours, 1_000_000.7);
    ours += 99;
    assert.deepEqual([clock.now(), clock.isKnown(), clock.wantsReading()], [1_000_099, true, false]);
    ours += 1;
    assert.deepEqual([clock.now(), clock.isKnown(), clock.wantsReading()], [1_000_100, true, true]);
    ours += 900;
    assert.equal(clock.isKnown(), false);
  });

  it('stands still where a late reading would turn it back', () => {
    let ours = 0;
    const clock = databaseClock(() => ours);
    clock.reading(ours, 5_300); // the answer to a question that took 300 ms
    assert.equal(clock.now(), 5_300);
    ours = 100;
    clock.reading(ours, 5_100);
    assert.equal(clock.now(), 5_300);
    ours = 350;
    assert.equal(clock.now(), 5_350);
  });

  it('follows when it was set back', () => {
    let ours = 0;
    const clock = databaseClock(() => ours);
    clock.reading(ours, 9_000_000);
    assert.equal(clock.now(), 9_000_000);
    ours = 10;
    clock.reading(ours, 5_000_000);
    assert.equal(clock.now(), 5_000_000);
  });
});
