/** What the HTTP side knows of the process: nothing while it starts, then the system. */
import type { Log } from '@ensemble/engine';
import { EnsembleError } from '@ensemble/errors';
import type { Config } from '../config.ts';
import type { Secrets } from '../outside.ts';
import type { System } from '../system.ts';
import type { Neighbours } from './neighbours.ts';

export interface Here {
  readonly system: System;
  readonly config: Config;
  readonly log: Log;
  readonly neighbours: Neighbours;
  readonly outsideSecrets: Secrets;
}

/** Errors: STARTING until the system is there, SERVICE_STOPPED once it is going. */
export interface Hall {
  here(): Here;
  state(): 'starting' | 'running' | 'stopping';
  /** Aborted when the process stops: streams end. */
  readonly ending: AbortSignal;
}

export function hall(): Hall & { enter(here: Here): void; leave(): void } {
  const ending = new AbortController();
  let inside: Here | undefined;
  return {
    here() {
      if (ending.signal.aborted) throw new EnsembleError('SERVICE_STOPPED', 'This process is stopping.');
      if (!inside) throw new EnsembleError('STARTING', 'This process is starting.');
      return inside;
    },
    state: () => (ending.signal.aborted ? 'stopping' : inside ? 'running' : 'starting'),
    ending: ending.signal,
    enter(here) {
      inside = here;
    },
    leave: () => ending.abort(),
  };
}
