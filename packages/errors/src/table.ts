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
  STORE_UNAVAILABLE: entry('The database cannot be reached.', 'Start the database or mend the network; work goes on by itself.', {
    retry: true,
    http: 503,
  }),
  STORE_CONFLICT: entry('Another process changed the same rows first, or a deadlock was broken.', 'Nothing: the batch is decided again.', {
    retry: true,
  }),
  STORE_VIOLATION: entry(
    'A constraint of the database refused the change.',
    'Read the constraint named; the decision that led here is a bug.',
  ),
  STORE_COMMIT_UNKNOWN: entry(
    'The connection was lost before COMMIT was answered.',
    'Nothing: the batch begins again and repeats its answers.',
    { retry: true },
  ),
  STORE_MISMATCH: entry(
    'The tables or rights in the database are not what the program was written for.',
    'Run the migrations; check the DATABASE_URL and its role.',
  ),
  UNIT_OVER: entry('A unit of work was used after its commit, its rollback or an error.', 'Begin a new unit; this is a bug of the caller.'),
  MIGRATION_CHANGED: entry(
    'A migration that was applied has been edited since.',
    'Restore the file; put the change into a new numbered migration.',
  ),
  MIGRATION_INVALID: entry(
    'The migration files cannot be applied: a wrong name, a gap, or an error in the SQL.',
    'Mend what the message names.',
  ),
  POSTGRES_DID_NOT_START: entry(
    'The embedded PostgreSQL did not start.',
    'Read the end of its log in the message; or set DATABASE_URL to a server of your own.',
  ),
  // transports
  TRANSPORT_UNAVAILABLE: entry('The broker cannot be reached.', 'Start the broker or mend the network; messages wait in the outbox.', {
    retry: true,
    http: 503,
  }),
  MESSAGE_TOO_LARGE: entry('A message is larger than the broker takes.', 'Make the order smaller; the limit is 1 MiB a message.'),
  TOPIC_MISMATCH: entry(
    'A topic exists with another number of partitions than configured.',
    'Set --partitions to what the topic has, or create the topic anew.',
  ),
  TOPIC_MISSING: entry('A topic does not exist.', 'Let prepare create it, or create it by hand; its name is in the details.'),
  LOG_TRUNCATED: entry(
    'The log no longer holds messages that this service had not read.',
    'Lengthen the retention; rebuild what was missed from the services that said it.',
  ),
  // a broker of one's own
  KAFKA_NEEDS_JAVA: entry(
    'The local Kafka broker runs on Java, and there is none of version 17 or newer.',
    'Install a Java 17 runtime (or set JAVA_HOME), or start with --broker postgres.',
  ),
  KAFKA_NEEDS_MAVEN: entry(
    'The local Kafka broker is fetched by Maven, and there is none.',
    'Install Maven (the mvn command), or point KAFKA_BROKERS at a broker that runs.',
  ),
  KAFKA_NOT_INSTALLED: entry(
    'Maven could not fetch the local Kafka broker.',
    'Read the reason given; it needs the network the first time only.',
    { retry: true },
  ),
  KAFKA_DID_NOT_START: entry(
    'The local Kafka broker did not start.',
    'Read the end of its log, which is in the details; a port may be taken, or the disk full.',
  ),
  // the engine
  MESSAGE_MALFORMED: entry(
    'A message is not a CloudEvent in JSON.',
    'Mend the program that says it; the message is kept as a dead letter.',
  ),
  MESSAGE_UNKNOWN: entry(
    'No flow defines a message of this type.',
    'Mend the program that says it, or add the message to a flow; it is kept as a dead letter.',
  ),
  MESSAGE_MISFIT: entry('A message does not fit its schema.', 'Mend the program that says it; the message is kept as a dead letter.'),
  // flows: found when the process starts, before anything listens
  FLOW_DURATION: entry('A length of time in a flow cannot be read.', "Write a number above zero and a unit: '250ms', '5s', '15m' or '2h'."),
  FLOW_VERSION_GONE: entry(
    'Orders still run by a version of a flow that names something the code no longer has.',
    'Start the release that has it until those orders have ended, or give the operation back.',
  ),
  SERVICE_STOPPED: entry(
    'The service is stopping and takes no more work.',
    'Send it again; another process, or this one after its start, takes it.',
    { retry: true, http: 503 },
  ),
} as const satisfies Record<string, ErrorEntry>;

export type ErrorCode = keyof typeof errorTable;
