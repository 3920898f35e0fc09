/** The one table of errors. docs/errors.md is tested against it. */

export interface ErrorEntry {
  /** What the code means, to a person who meets it for the first time. */
  readonly meaning: string;
  /** Whether the same call may succeed later without anyone changing anything. */
  readonly retry: boolean;
  /** What to do about it. */
  readonly todo: string;
  /** The HTTP status it is answered with, where it can reach a client. */
  readonly http?: number;
}

const entry = (meaning: string, todo: string, more: { retry?: true; http?: number } = {}): ErrorEntry => ({
  meaning,
  todo,
  retry: more.retry ?? false,
  ...(more.http === undefined ? {} : { http: more.http }),
});

export const errorTable = {
  // stores
  STORE_UNAVAILABLE: entry('The database cannot be reached.', 'Start the database or mend the network; work goes on by itself.', { retry: true, http: 503 }),
  STORE_CONFLICT: entry('Another process changed the same rows first, or a deadlock was broken.', 'Nothing: the batch is decided again.', { retry: true }),
  STORE_VIOLATION: entry('A constraint of the database refused the change.', 'Read the constraint named; the decision that led here is a bug.'),
  STORE_COMMIT_UNKNOWN: entry('The connection was lost before COMMIT was answered.', 'Nothing: the batch begins again and repeats its answers.', { retry: true }),
  MIGRATION_CHANGED: entry('A migration that was applied has been edited since.', 'Restore the file; put the change into a new numbered migration.'),
  // transports
  TRANSPORT_UNAVAILABLE: entry('The broker cannot be reached.', 'Start the broker or mend the network; messages wait in the outbox.', { retry: true, http: 503 }),
  MESSAGE_TOO_LARGE: entry('A message is larger than the broker takes.', 'Make the order smaller; the limit is 1 MiB a message.'),
  TOPIC_MISMATCH: entry('A topic exists with another number of partitions than configured.', 'Set --partitions to what the topic has, or create the topic anew.'),
  LOG_TRUNCATED: entry('The log no longer holds messages that this service had not read.', 'Lengthen the retention; rebuild what was missed from the services that said it.'),
} as const satisfies Record<string, ErrorEntry>;

export type ErrorCode = keyof typeof errorTable;
