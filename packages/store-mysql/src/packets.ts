/** For the command byte, and what the driver writes before the text. */
const overhead = 64;

/** Statements in their order, as many to a packet as the server takes; 'too large' instead of one that fits into none, and no more. */
export function inPackets(texts: readonly string[], bytes: number): readonly (readonly string[] | 'too large')[] {
  const packets: string[][] = [];
  let size = bytes;
  for (const text of texts) {
    const more = Buffer.byteLength(text) + 1;
    if (more > bytes - overhead) return [...packets, 'too large'];
    if (size + more > bytes - overhead) {
      packets.push([]);
      size = 0;
    }
    packets.at(-1)?.push(text);
    size += more;
  }
  return packets;
}
