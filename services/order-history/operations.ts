/** What order-history can do: keep what everyone said about an order as one row that people can read, and what it came to. */
import { projects } from '@ensemble/flow';

export const record = projects('order-history.record');

/** Keeps it like any other, and with it a final snapshot of the order. */
export const archive = projects('order-history.archive');
