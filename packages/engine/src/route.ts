/** A service's HTTP reads as data: they know rows and nothing of HTTP servers. Whoever puts a process together mounts them. */
import type { Static, TObject } from 'typebox';
import type { Store } from './store.ts';

/** Reads of a service's own rows. */
export type Reads = Pick<Store, 'select'>;

export interface Route<P = never, A = unknown> {
  readonly service: string;
  readonly method: 'GET';
  /** Within the service: '/orders/:orderId'. What is not in the path comes as the query. */
  readonly path: string;
  /** Every field is a string, as a path and a query have them. */
  readonly params: TObject;
  /** JSON. Errors of the table are answered with their HTTP status. */
  answer(reads: Reads, params: P): Promise<A>;
}

export const route = <S extends TObject, A>(
  service: string,
  path: `/${string}`,
  params: S,
  answer: (reads: Reads, params: Static<S>) => Promise<A>,
): Route<Static<S>, A> => ({ service, method: 'GET', path, params, answer });
