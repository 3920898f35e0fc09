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

  it('is not moved by an answer that took long, and does not go ahead of it', () => {
    let ours = 0;
    const clock = databaseClock(() => ours);
    ours = 300;
    clock.reading(0, 5_050); // read at some time between: it is 5,050 at least, and 5,350 at the most
    assert.equal(clock.now(), 5_050);
    clock.reading(ours, 5_300);
    assert.equal(clock.now(), 5_300);
    ours = 800;
    clock.reading(300, 5_310);
    assert.equal(clock.now(), 5_800);
    ours = 900;
    clock.reading(300, 5_290);
    assert.equal(clock.now(), 5_890);
  });

  it('stands still where a reading turns it back', () => {
    let ours = 0;
    const clock = databaseClock(() => ours);
    clock.reading(ours, 5_300);
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
