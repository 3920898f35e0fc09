/** A service's HTTP reads as data: they know rows and nothing of HTTP servers. Whoever puts a process together mounts them. */
import { type Static, type TObject, Type } from 'typebox';
import { orderIdPattern } from './envelope.ts';
import type { Store } from './store.ts';

/** An id as people write them: nothing that a database, a header or a terminal stumbles over. */
export const Name = Type.String({ pattern: '^[!-~]{1,64}$' });

/** An order's id in a path. */
export const OrderId = Type.String({ pattern: orderIdPattern });

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
