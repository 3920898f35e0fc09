/** What is answered where something is refused: RFC 9457, with the stable code of the error table. */
import { EnsembleError, type ErrorCode, errorTable, type ErrorEntry } from '@ensemble/errors';

export interface Problem {
  readonly type: string;
  readonly code: ErrorCode;
  readonly title: string;
  readonly status: number;
  /** What happened. */
  readonly detail: string;
  /** What to do about it. */
  readonly todo: string;
  /** Whether the same request may succeed later. */
  readonly retry: boolean;
  readonly instance: string;
  /** Ids, names and limits. */
  readonly details: Readonly<Record<string, unknown>>;
}

/** Of fastify's own errors, those that a client can cause. https://fastify.dev/docs/latest/Reference/Errors */
const ofFastify: Readonly<Record<string, readonly [ErrorCode, string]>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: ['BODY_TOO_LARGE', 'The body is larger than 64 KB.'],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: ['MEDIA_TYPE_UNSUPPORTED', 'The body is not declared as application/json.'],
  FST_ERR_CTP_EMPTY_JSON_BODY: ['REQUEST_MALFORMED', 'The body is empty.'],
  FST_ERR_CTP_INVALID_JSON_BODY: ['REQUEST_MALFORMED', 'The body is not JSON.'],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: ['REQUEST_MALFORMED', 'The body is not as long as it says.'],
  FST_ERR_BAD_URL: ['REQUEST_MALFORMED', 'The address cannot be read.'],
  FST_ERR_ASYNC_CONSTRAINT: ['REQUEST_MALFORMED', 'The address cannot be read.'],
  FST_ERR_MAX_PARAM_LENGTH: ['ROUTE_UNKNOWN', 'There is nothing at this address.'],
};

const entryOf = (code: ErrorCode): ErrorEntry => errorTable[code];

/** Any error as one of the table; what is not meant for the outside is INTERNAL, and tells nothing. */
function asKnown(error: unknown): EnsembleError {
  if (error instanceof EnsembleError && entryOf(error.code).http !== undefined) return error;
  const { code = '', statusCode, message = '' } = (error ?? {}) as { code?: string; statusCode?: number; message?: string };
  const known = ofFastify[code];
  if (known) return new EnsembleError(known[0], known[1]);
  if (code === 'FST_ERR_VALIDATION') return new EnsembleError('REQUEST_INVALID', message);
  // Of its parser's errors some have no code: prototype poisoning is one.
  if (statusCode === 400) return new EnsembleError('REQUEST_MALFORMED', 'The body is not JSON that can be taken.');
  return new EnsembleError('INTERNAL', 'Something went wrong inside; the log says more.', {}, error);
}

export function problemOf(error: unknown, instance: string): Problem {
  const { code, message, details } = asKnown(error);
  const { meaning, http = 500, todo, retry } = entryOf(code);
  return { type: `urn:ensemble:error:${code}`, code, title: meaning, status: http, detail: message, todo, retry, instance, details };
}
