/** Asks for what an answer can do without: whoever waits for it does not wait long. */
import type { Route } from '@ensemble/engine';
import { isError } from '@ensemble/errors';
import { within } from '../within.ts';
import { ask } from './ask.ts';
import type { Here } from './here.ts';

/** Milliseconds: a history is readable while those who may know more are away, and at once. */
export const usualPatience = 250;

/** `patience` is in milliseconds. undefined: it cannot be asked, or did not answer in time. */
export async function hear<P extends Readonly<Record<string, string>>, A>(
  here: Here,
  route: Route<P, A>,
  params: P,
  patience: number = usualPatience,
): Promise<A | undefined> {
  let heard: A | undefined;
  const look = async (): Promise<void> => {
    heard = await ask(here, route, params);
  };
  await within(patience, look, (error) => {
    if (!isError(error, 'SERVICE_ELSEWHERE', 'SERVICE_UNREACHED', 'STORE_UNAVAILABLE')) throw error;
  });
  return heard;
}
