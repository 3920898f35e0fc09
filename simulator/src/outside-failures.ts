/** What can go wrong with whoever is asked outside: a payment provider, a carrier. */
import type { Behaviour } from '@ensemble/simulated-world';
import type { Request } from './driver.ts';
import { type Failure, refuses } from './failures.ts';

const means = (
  name: string,
  words: string,
  behaves: (request: Request) => Behaviour | null,
  { mended = false, senseless = () => null }: Partial<Pick<Failure, 'mended' | 'senseless'>> = {},
): Failure => ({
  name: `outside: ${name}`,
  words,
  senseless,
  outside: true,
  script: ({ operation }, isMended) => ({
    outside: (request) => (request.operation === operation.name && !(mended && isMended()) ? behaves(request) : null),
  }),
  mended,
});

const first =
  (behaviour: Behaviour) =>
  ({ before }: Request): Behaviour | null =>
    before === 0 ? behaviour : null;

/** For operations that ask outside. */
export const outsideFailures: readonly Failure[] = [
  means('refuses', 'whoever is asked outside refuses', () => 'refusing', { senseless: refuses }),
  means('slow', 'they answer after three seconds', () => 'slow'),
  means('fails once', 'they fail, the first time', first('down')),
  means('fails always', 'they fail, until that is mended', () => 'down', { mended: true }),
  means('answer lost', 'they do it, and the answer is lost: they are asked again under the same key', first('lost')),
  means('twice', 'they answer twice: once when asked, once by a webhook', () => 'twice'),
  means('never', 'they never answer, and do nothing, until that is mended', () => 'silent', { mended: true }),
  means('later', 'they take it, and say by a webhook how it ended', () => 'later'),
  means('word first', 'their word comes by a webhook before the answer does', () => 'early'),
];
