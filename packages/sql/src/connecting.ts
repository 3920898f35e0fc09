/**
 * Milliseconds that a start waits for a database server to let it in. Where none listens it is refused at once; one on a machine that is
 * busy with many starts has taken longer than five seconds.
 */
export const connectPatience = 20_000;
