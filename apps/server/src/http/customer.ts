/** Who asks. Until there are accounts: whoever the header names, else the demo customer. Everything that needs to know asks here. */
import { EnsembleError } from '@ensemble/errors';
import type { FastifyRequest } from 'fastify';

const demoCustomer = 'demo';

/** Errors: REQUEST_INVALID. */
export function customerOf({ headers }: Pick<FastifyRequest, 'headers'>): string {
  const given = headers['x-customer-id'];
  if (given === undefined) return demoCustomer;
  if (typeof given === 'string' && /^[!-~]{1,64}$/.test(given)) return given;
  throw new EnsembleError('REQUEST_INVALID', 'X-Customer-Id is 1 to 64 printable characters.');
}
