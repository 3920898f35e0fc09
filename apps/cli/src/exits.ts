/** What the exit code tells. */
export const exits = {
  ok: 0,
  refused: 1,
  usage: 2,
  cancelled: 3,
  failed: 4,
  unreachable: 5,
  interrupted: 130,
} as const;

export type Exit = (typeof exits)[keyof typeof exits];

/** The exit code of a command that followed an order to this status. */
export const exitOf = (status: string): Exit => (status === 'CANCELLED' ? exits.cancelled : status === 'FAILED' ? exits.failed : exits.ok);

export const exitsExplained = `Exit codes:
  0    done; of a followed order: COMPLETED, whatever its flow calls that
  1    refused: by the server, or something is wrong that the message names
  2    the command line is wrong
  3    the followed order was CANCELLED: stock and money are back
  4    the followed order FAILED: a person is needed
  5    no server answers at the address
  130  interrupted`;
