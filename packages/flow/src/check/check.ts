import type { Flow } from '../model.ts';

/** Gives the flow back if it holds together. */
export const checked = (flow: Flow): Flow => flow;
