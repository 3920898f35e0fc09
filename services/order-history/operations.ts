/** What order-history can do: keep what everyone said about an order as one row that people can read. */
import { projects } from '@ensemble/flow';

export const record = projects('order-history.record');
