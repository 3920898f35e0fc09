/**
 * Milliseconds that a start waits for a database server to let it in. One that is away refuses at once; one on a machine that is busy
 * with many starts has taken longer than five seconds.
 */
export const connectPatience = 20_000;
