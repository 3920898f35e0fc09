import type { Value } from './statement.ts';

/** Characters in one statement. The server takes 16 MB unless it is told otherwise, and text grows when it is quoted. */
const most = 1_000_000;

/** Rows in their order, as many to a chunk as one statement should hold: at least one. */
export function inChunks(rows: readonly Value[][], limit: number = most): readonly (readonly Value[][])[] {
  const chunks: Value[][][] = [];
  let size = limit;
  for (const row of rows) {
    const more = row.reduce<number>((sum, cell) => sum + (typeof cell === 'string' ? cell.length : 8) + 4, 0);
    if (size + more > limit) {
      chunks.push([]);
      size = 0;
    }
    chunks.at(-1)?.push(row);
    size += more;
  }
  return chunks;
}
