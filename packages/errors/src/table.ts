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
  ROLE_FORBIDDEN: entry(
    "The URL's user may not make a role for a service, or set its password.",
    "Let it: ALTER ROLE … CREATEROLE; or give the service a database elsewhere, where it may work as that database's owner.",
  ),
  UNIT_OVER: entry('A unit of work was used after its commit, its rollback or an error.', 'Begin a new unit; this is a bug of the caller.'),
  MIGRATION_CHANGED: entry(
    'A migration that was applied has been edited since.',
    'Restore the file; put the change into a new numbered migration. Before a release migrations may change: delete the data of a demo ' +
      '(`.ensemble`, or the databases), and start again.',
  ),
  MIGRATION_INVALID: entry(
    'The migration files cannot be applied: a wrong name, a gap, or an error in the SQL.',
    'Mend what the message names.',
  ),
  POSTGRES_DID_NOT_START: entry(
    'The embedded PostgreSQL did not start.',
    'Read the end of its log in the message; or set DATABASE_URL to a server of your own.',
  ),
  MIGRATION_HALF_DONE: entry(
    'A migration stopped in the middle: MySQL commits each change of a table by itself.',
    'Finish it or take it back by hand, as the message says, and say so in the table `migrations`.',
  ),
  MYSQL_DID_NOT_START: entry(
    'The MariaDB server that tests use did not start.',
    'Read the end of its log in the message; or set MYSQL_URL to a server of your own.',
  ),
  // transports
  TRANSPORT_UNAVAILABLE: entry('The broker cannot be reached.', 'Start the broker or mend the network; messages wait in the outbox.', {
    retry: true,
    http: 503,
  }),
  MESSAGE_TOO_LARGE: entry('A message is larger than the broker takes.', 'Make the order smaller; the limit is 1 MiB a message.'),
  TOPIC_MISMATCH: entry(
    'A topic exists with another number of partitions than configured, or with a smaller limit of a message than is needed.',
    'Set --partitions to what the topic has, raise its max.message.bytes to what the message says, or create the topic anew.',
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
  PARTICIPANT_TWO_DOS: entry(
    'A flow asks one participant for two operations that would share one record an order.',
    'Make one of them go on from the other (goesOn), or give it a service of its own.',
  ),
  NEWS_UNFIT: entry(
    'What a service tells, or keeps a copy of, does not fit its table, or shares a topic with other messages.',
    'Give the news and the table the same key and columns, and the news a topic of their own.',
  ),
  OPERATION_EARLY: entry('A participant was told to speak about an order that it has not done anything for yet.', 'Tell it again later.', {
    retry: true,
    http: 409,
  }),
  OPERATION_NOT_UNASKED: entry(
    'A participant was told to say something unasked that no flow lets it say.',
    'Give the flow a row with later(…), or name another operation.',
    { http: 422 },
  ),
  WORD_MISFIT: entry(
    'What came from a payment provider or a carrier is no end that the operation can have.',
    'Mend the port that translates it; what became of the call is asked again.',
  ),
  WORD_CONTRADICTS: entry(
    'A payment provider or a carrier said how something ended, and later that it ended otherwise. The first word counts.',
    'Ask them which is true; where it is the later one, put it right by hand. The order is in the log, and with its dead letter.',
  ),
  WORD_UNASKED: entry(
    'A payment provider or a carrier says it did what nobody here ever asked it to do. Nothing changes here.',
    'Look whether a database was restored, or another installation asks in this name; then have it undone there, or book it by hand.',
  ),
  OUTSIDE_UNREACHED: entry(
    'A payment provider or a carrier does not answer, or not as it should.',
    'Nothing: what became of the request is asked until it is known. Where it lasts, look after the address, or the one who should answer.',
    { retry: true },
  ),
  NOTICE_UNFIT: entry(
    'A payment provider or a carrier wrote about something that is never asked of it, or that cannot end so.',
    'Look who writes: it may be meant for another installation.',
    { http: 422 },
  ),
  NOTICE_UNSIGNED: entry(
    'A notice to a webhook is not signed with the secret of the one who writes there.',
    'Give both sides the same OUTSIDE_SECRET_PAYMENTS, or OUTSIDE_SECRET_CARRIER, and sign the body byte for byte.',
    { http: 401 },
  ),
  PORT_MISSING: entry('A service asks outside, and was given nobody to ask.', 'Give the service a port for the operation named.'),
  MESSAGE_MISFIT: entry('A message does not fit its schema.', 'Mend the program that says it; the message is kept as a dead letter.'),
  // flows: found when the process starts, before anything listens
  FLOW_DURATION: entry('A length of time in a flow cannot be read.', "Write a number above zero and a unit: '250ms', '5s', '15m' or '2h'."),
  FLOW_OUTCOME_UNANSWERED: entry(
    'An operation can end in a way that no message tells to those who wait.',
    'Give the outcome a message in the row named.',
  ),
  FLOW_OUTCOME_INVENTED: entry(
    'A row answers an outcome that its operation does not have.',
    'Take it out of the row, or add it to the operation.',
  ),
  FLOW_DO_MISSING: entry(
    'An operation goes on from, or undoes, one that the flow does not run before it.',
    'Add the step or row that runs it first.',
  ),
  FLOW_DO_TWICE: entry(
    'One operation is asked twice in a flow, and happens once for an order.',
    'Take one out, or make it an operation of its own.',
  ),
  FLOW_TWO_READERS: entry('A participant reads one message for two operations.', 'Keep one row; let the other wait for what it says.'),
  FLOW_NOT_UNASKED: entry(
    'A row lets a participant speak unasked by an operation that is only run when asked.',
    'Declare the operation `unasked`, or give the row a message.',
  ),
  FLOW_STEP_WITHOUT_UNDO: entry(
    'A step changes something that nothing takes back when a later step refuses.',
    'Give it .undo(operation, Command, Reply).',
  ),
  FLOW_PIVOT_WITHOUT_UNDO: entry(
    'The outcome of the pivot may stay unknown, and nothing takes it back.',
    'Give it .undo(operation, Command, Reply).',
  ),
  FLOW_UNDO_DIFFERS: entry('The undo of a step belongs to another operation.', 'Give the undo that its service declares for it.'),
  FLOW_REFUSES_AFTER_PIVOT: entry(
    'A step can refuse when the order can no longer be cancelled.',
    'Put it before the pivot, or make it the pivot.',
  ),
  FLOW_PIVOTS: entry('A flow has more than one pivot, or one that does not stand alone.', 'Keep one: the last step that can refuse.'),
  FLOW_BEGINNING: entry('What begins a coordinated flow is not one message.', 'Give the beginning one outcome that succeeds.'),
  FLOW_NO_END: entry(
    'A path leads to no message that ends the order.',
    'Go on from the message named, or let an operation say what it `ends`.',
  ),
  FLOW_NOT_UNDONE: entry('After a failure something that was done is not taken back.', 'Add the row that runs its undo.'),
  FLOW_NOT_SETTLED: entry('What was reserved is still held when the order is completed.', 'Add the row that settles it.'),
  FLOW_MESSAGE_UNREAD: entry('A message is said and nobody reads it.', 'Add a row that reads it, or leave it out.'),
  FLOW_MESSAGE_UNSAID: entry('A message is read and nobody says it.', 'Add the row whose outcome it is.'),
  FLOW_MESSAGE_AMBIGUOUS: entry('A message stands for two things in one flow.', 'Give each its own message.'),
  FLOW_NAME_TAKEN: entry(
    'Two messages of one flow cannot be told apart.',
    'Use one value for both, another name, or variants of one field.',
  ),
  FLOW_CYCLE: entry('Messages lead back to themselves, and would circulate for ever.', 'Break the cycle at the row named.'),
  FLOW_FACT_TYPES: entry('One fact has two types.', 'Use one schema for it; give the other fact another name.'),
  FLOW_FACT_MISSING: entry('An operation needs a fact that its message does not carry.', 'Add the field to the message, required.'),
  FLOW_FACT_UNFOUNDED: entry(
    'A message claims a fact that whoever says it does not know.',
    'Let an earlier message carry it, or take the field out.',
  ),
  FLOW_NAME_DIFFERS: entry("A name is not its document's.", 'Write it as the document does, or mark the message as ours.'),
  FLOW_CLOCK: entry(
    'A participant has two deadlines in a flow, or one that takes nothing back.',
    'Give it one deadline, and let that run the undo of what it began with.',
  ),
  FLOW_VERSION_GONE: entry(
    'Orders still run by a version of a flow, or wait here by a row of one, that the code cannot go on with any more.',
    'Start the release that has it until those orders have ended, or give the operation back.',
  ),
  SERVICE_STOPPED: entry(
    'The service is stopping and takes no more work.',
    'Send it again; another process, or this one after its start, takes it.',
    { retry: true, http: 503 },
  ),
  // starting a process
  CONFIG_INVALID: entry('A setting cannot be what it was set to.', 'Set it to what the message names.'),
  PORT_IN_USE: entry(
    'Something listens on the port already.',
    'Stop it, or choose another port: --port 3001, or --port 0 for any free one.',
  ),
  DATA_IN_USE: entry(
    'Another process uses the data directory.',
    'Stop it, or choose another directory with --data; to share the work, give both one DATABASE_URL.',
  ),
  START_INTERRUPTED: entry('The process was told to stop before everything had started.', 'Start it again; nothing is left half done.'),
  // HTTP
  STARTING: entry('The process is not ready yet.', 'Ask again in a moment; /ready says when.', { retry: true, http: 503 }),
  ROUTE_UNKNOWN: entry('There is nothing at this address.', 'Look at the address and the method.', { http: 404 }),
  REQUEST_MALFORMED: entry('The request cannot be read.', 'Send JSON, as application/json.', { http: 400 }),
  REQUEST_INVALID: entry('The request can be read, and asks for what cannot be.', 'Change what the detail names.', { http: 422 }),
  BODY_TOO_LARGE: entry('The body is too large.', 'Send at most 64 KB.', { http: 413 }),
  MEDIA_TYPE_UNSUPPORTED: entry('The body is of a kind that is not read.', 'Send application/json.', { http: 415 }),
  INTERNAL: entry('Something went wrong that should not.', 'Read the log of the process; this is a bug.', { http: 500 }),
  SERVICE_ELSEWHERE: entry(
    'The service that would answer does not run in this process.',
    'Run it here (--services), or set its ROUTE_… variable to the process where it runs; the log names it.',
    { http: 503 },
  ),
  SERVICE_UNREACHED: entry(
    'The process where a service runs does not answer.',
    'Start it, or correct its ROUTE_… variable; the log says what is wrong.',
    {
      retry: true,
      http: 503,
    },
  ),
  ORDER_UNKNOWN: entry('There is no such order.', 'Look at the order id.', { http: 404 }),
  ORDER_ENDED: entry('The order has ended: it cannot be cancelled any more.', 'Nothing; its timeline says how it ended.', { http: 409 }),
  PRODUCT_UNKNOWN: entry('There is no such product.', 'GET /api/products lists them.', { http: 404 }),
  STOCK_SHORT: entry('There is not as much of a product as was asked for.', 'Ask for less; the details say how many there are.', {
    http: 409,
  }),
  CART_EMPTY: entry('There is nothing in the cart to order.', 'PUT something into it, or send the lines of the order.', { http: 422 }),
  CART_FULL: entry('The cart holds as many products as an order may have lines.', 'Take something out, or order what is in it first.', {
    http: 422,
  }),
  CART_CHANGED: entry('The cart was ordered by another request at this moment.', 'Look at the cart, and order what is in it then.', {
    retry: true,
    http: 409,
  }),
  PRICE_CHANGED: entry(
    'The order costs another sum than the customer was shown.',
    'Look at the new total in the details; to order at that, send it and its currency with the order.',
    { http: 409 },
  ),
  FLOW_UNKNOWN: entry('The order names a flow that there is not.', 'Name one of the flows listed, or none.', { http: 422 }),
  FLOW_NOT_FOUND: entry('There is no such flow.', 'GET /api/flows lists them.', { http: 404 }),
  LINES_REPEATED: entry('Two lines of the order are for the same product.', 'Put them into one line.', { http: 422 }),
  ORDER_NOT_CARRIED: entry(
    'The flow cannot carry what the order says.',
    'Order it through another flow, or leave out what this one does not carry.',
    { http: 422 },
  ),
  CURRENCIES_MIXED: entry('The products of the order are priced in several currencies.', 'Place an order for each currency.', {
    http: 422,
  }),
  STREAMS_FULL: entry('As many orders are being watched as may.', 'Ask again later, or ask for the timeline now and then.', {
    retry: true,
    http: 503,
  }),
  OUTBOX_FULL: entry('More orders wait for the broker than may.', 'Bring the broker back; until then no more are taken.', {
    retry: true,
    http: 503,
  }),
  // the gateway
  IDEMPOTENCY_KEY_REUSED: entry(
    'An Idempotency-Key came again with another body.',
    'Use a new key for a new order; repeat the same body to ask again.',
    { http: 422 },
  ),
  CANCEL_NOT_OFFERED: entry('Orders of this flow cannot be cancelled.', 'Wait for the order to end.', { http: 409 }),
  // the command line
  COMMAND_INVALID: entry('The command line cannot be carried out as it stands.', 'Read its --help, which has examples.'),
  SERVER_UNREACHABLE: entry(
    'No Ensemble answers at the address.',
    'Start one with npm start, or say where it is: --url, or ENSEMBLE_URL.',
    { retry: true },
  ),
  SERVER_REFUSED: entry('The server refused what was asked.', 'Read its problem, which is in the details.'),
} as const satisfies Record<string, ErrorEntry>;

export type ErrorCode = keyof typeof errorTable;
