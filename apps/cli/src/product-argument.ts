import { InvalidArgumentError } from 'commander';

export interface WantedLine {
  readonly productId: string;
  readonly quantity: number;
}

/** `keyboard:2` is two keyboards, `keyboard` is one. How many there may be is the server's to say. */
export function wantedLine(text: string): WantedLine {
  const { productId, quantity = '1' } = /^(?<productId>[^:\s]+)(?::(?<quantity>\d{1,9}))?$/.exec(text)?.groups ?? {};
  if (productId === undefined) {
    throw new InvalidArgumentError('Write a product and how many of it, in at most 9 digits: keyboard:2.');
  }
  return { productId, quantity: Number(quantity) };
}

/** The option given once more: one line more. */
export const oneMoreLine = (text: string, lines: readonly WantedLine[] = []): readonly WantedLine[] => [...lines, wantedLine(text)];
