import type { Delivery } from '@ensemble/engine/transport';

/** A message as every subscription of the process is handed it, with its size: UTF-8 bytes of key and value. */
export interface Item {
  readonly delivery: Delivery;
  readonly bytes: number;
}

/** One row of the log: all that one process had to say at a time. */
export interface Entry {
  /** 1, 2, 3 … without gaps. */
  readonly position: number;
  readonly items: readonly Item[];
  readonly bytes: number;
}

/** So many messages fit into one entry. */
export const mostMessages = 65_536;

const places = 16n;

export const offsetOf = (position: number, place: number): bigint => (BigInt(position) << places) | BigInt(place);

export const positionOf = (offset: bigint): number => Number(offset >> places);
