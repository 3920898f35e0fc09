/** Colours where they can be seen; plain text is complete without them. */
export interface Paint {
  dim(text: string): string;
  bold(text: string): string;
  /** In the colour of how an order stands; `word`: what is written, where that is not the status itself. */
  status(status: string, word?: string): string;
}

const sequence = (code: number) => (text: string) => `\u001B[${code}m${text}\u001B[0m`;
const plain = (text: string): string => text;
const colours: Readonly<Record<string, number>> = { COMPLETED: 32, CANCELLING: 33, CANCELLED: 33, FAILED: 31 };

export const paintIn = (coloured: boolean): Paint =>
  coloured
    ? { dim: sequence(2), bold: sequence(1), status: (status, word = status) => sequence(colours[status] ?? 36)(word) }
    : { dim: plain, bold: plain, status: (status, word = status) => word };
