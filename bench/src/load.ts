/** Who places orders: a closed or an open loop. */
import type { Load } from './setting.ts';
import { timetable } from './timetable.ts';

export interface Placing {
  /** An order has ended, or was not taken. */
  ended(): void;
  /** Places no more. */
  stop(): void;
}

/** @param place places an order that was due at a moment of performance.now() */
export const startLoad = (load: Load, place: (due: number) => void): Placing =>
  load.kind === 'closed' ? closed(load.inFlight, place) : open(load.rate, place);

function closed(inFlight: number, place: (due: number) => void): Placing {
  let stopped = false;
  for (let i = 0; i < inFlight; i += 1) place(performance.now());
  return {
    ended() {
      if (!stopped) place(performance.now());
    },
    stop() {
      stopped = true;
    },
  };
}

function open(rate: number, place: (due: number) => void): Placing {
  const times = timetable(performance.now(), rate);
  let timer: NodeJS.Timeout;
  const tick = (): void => {
    for (const due of times.due(performance.now())) place(due);
    timer = setTimeout(tick, Math.max(0, times.next() - performance.now()));
  };
  tick();
  return {
    ended: () => undefined,
    stop: () => clearTimeout(timer),
  };
}
