/** A number on the command line of what is run by hand. Errors: an Error, in words for whoever typed it. */
export function wholeNumber(name: string, text: string, least: number): number {
  const number = /^\d{1,9}$/.test(text) ? Number(text) : NaN;
  if (number >= least) return number;
  throw new Error(`--${name} is a whole number from ${least}, not ${text === '' ? 'nothing' : text}`);
}
