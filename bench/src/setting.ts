/** What one call of the bench is told. */
export interface Setting {
  readonly transport: 'kafka' | 'postgres';
  readonly load: Load;
  /** The measured time, and how long the load runs before it: seconds. */
  readonly seconds: number;
  readonly warmUp: number;
  readonly partitions: number;
  /** Each on servers and databases of its own, so that one is like the other. */
  readonly runs: number;
  readonly flow: string;
  /** Of a hundred orders so many are paid by a method that declines: they are compensated. */
  readonly declined: number;
  /** Orders a second over HTTP, where the flow's document states targets. */
  readonly http: number;
  readonly audit: boolean;
  readonly json: boolean;
  /** Data and databases stay when it ends. */
  readonly keep: boolean;
  /** Where the servers that it starts have their data; null: a temporary folder. */
  readonly data: string | null;
  /** A command line run after each run; null: none. */
  readonly beside: string | null;
}

/** Closed: a new order for each that ended. Open: so many a second, whatever becomes of them. */
export type Load = { readonly kind: 'closed'; readonly inFlight: number } | { readonly kind: 'open'; readonly rate: number };

export const loadWords = (load: Load): string =>
  load.kind === 'closed' ? `${load.inFlight} orders in flight` : `${load.rate} orders a second`;
