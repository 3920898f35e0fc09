import { type ErrorCode, EnsembleError, isError } from '@ensemble/errors';
import { findErrorBy } from '@platformatic/kafka';

const asError = (cause: unknown): Error => (cause instanceof Error ? cause : new Error(String(cause)));

const isMissingTopic = (error: Error): boolean =>
  error.message.startsWith('Unknown topic ') || findErrorBy(error, 'apiId', 'UNKNOWN_TOPIC_OR_PARTITION') !== null;

const isTooLarge = (error: Error): boolean =>
  findErrorBy(error, 'apiId', 'MESSAGE_TOO_LARGE') !== null || findErrorBy(error, 'apiId', 'RECORD_LIST_TOO_LARGE') !== null;

const codeOf = (error: Error): ErrorCode => {
  if (isMissingTopic(error)) return 'TOPIC_MISSING';
  return isTooLarge(error) ? 'MESSAGE_TOO_LARGE' : 'TRANSPORT_UNAVAILABLE';
};

/** The innermost words: the client wraps "connection refused" into "send failed 3 times". */
const reasonOf = (error: Error): string => {
  if (error instanceof AggregateError && error.errors.length > 0) return reasonOf(asError(error.errors.at(-1)));
  return error.cause instanceof Error ? reasonOf(error.cause) : error.message;
};

/** What the client raised, as an error of the table. */
export const failureOf = (cause: unknown, attempted: string): EnsembleError => {
  if (isError(cause)) return cause;
  const error = asError(cause);
  return new EnsembleError(codeOf(error), `${attempted}: ${reasonOf(error)}`, {}, error);
};

/** Rejects with TRANSPORT_UNAVAILABLE after so many milliseconds: the client's own calls may wait for ever while the broker is away. */
export const within = async <T>(milliseconds: number, attempted: string, call: Promise<T>): Promise<T> => {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    late.reject(new EnsembleError('TRANSPORT_UNAVAILABLE', `${attempted}: no answer within ${milliseconds} ms.`));
  }, milliseconds);
  try {
    return await Promise.race([call, late.promise]);
  } catch (error) {
    throw failureOf(error, attempted);
  } finally {
    clearTimeout(timer);
  }
};
