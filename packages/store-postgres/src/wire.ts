/** What one statement needs of the server, in this order: forget the name, prepare it anew, then carry it out. */
export interface Sent {
  readonly name: string;
  readonly text: string;
  /** As text; null is null. */
  readonly values: readonly (string | null)[];
  readonly forgets: boolean;
  readonly prepares: boolean;
}

const code = { parse: 0x50, bind: 0x42, execute: 0x45, close: 0x43, sync: 0x53, statement: 0x53 };
const bytes = (text: string): number => Buffer.byteLength(text);

/**
 * Statements and the Sync behind them as one buffer, written once: the driver makes a buffer, and the socket a chunk, of each message.
 * https://www.postgresql.org/docs/current/protocol-message-formats.html
 */
export function encode(all: readonly Sent[]): Buffer {
  const sizes = all.map(({ values }) => values.map((value) => (value === null ? -1 : bytes(value))));
  let total = 5;
  for (const [i, { name, text, forgets, prepares }] of all.entries()) {
    total += 24 + bytes(name);
    for (const size of sizes[i] ?? []) total += 4 + Math.max(size, 0);
    if (forgets) total += 7 + bytes(name);
    if (prepares) total += 9 + bytes(name) + bytes(text);
  }
  const buffer = Buffer.allocUnsafe(total);
  let at = 0;
  const cstring = (text: string): void => {
    at += buffer.write(text, at);
    at = buffer.writeUInt8(0, at);
  };
  const message = (kind: number, body: () => void): void => {
    const length = buffer.writeUInt8(kind, at);
    at = length + 4;
    body();
    buffer.writeInt32BE(at - length, length);
  };
  for (const [i, { name, text, values, forgets, prepares }] of all.entries()) {
    if (forgets)
      message(code.close, () => {
        at = buffer.writeUInt8(code.statement, at);
        cstring(name);
      });
    if (prepares)
      message(code.parse, () => {
        cstring(name);
        cstring(text);
        at = buffer.writeInt16BE(0, at); // the server finds the parameters' types
      });
    message(code.bind, () => {
      cstring('');
      cstring(name);
      at = buffer.writeInt16BE(0, at); // parameters are text
      at = buffer.writeInt16BE(values.length, at);
      for (const [n, value] of values.entries()) {
        at = buffer.writeInt32BE(sizes[i]?.[n] ?? -1, at);
        if (value !== null) at += buffer.write(value, at);
      }
      at = buffer.writeInt16BE(0, at); // so are results
    });
    message(code.execute, () => {
      cstring('');
      at = buffer.writeInt32BE(0, at); // all rows
    });
  }
  message(code.sync, () => undefined);
  return buffer.subarray(0, at);
}
