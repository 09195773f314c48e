/** MurmurHash2 as Kafka's own clients compute it, with their seed: a signed number of 32 bits. */
function murmur2(bytes: Uint8Array): number {
  const mix = 0x5bd1e995;
  const { length } = bytes;
  const view = new DataView(bytes.buffer, bytes.byteOffset, length);
  let hash = 0x9747b28c ^ length;
  let at = 0;
  for (; at + 4 <= length; at += 4) {
    const word = Math.imul(view.getInt32(at, true), mix);
    hash = Math.imul(hash, mix) ^ Math.imul(word ^ (word >>> 24), mix);
  }
  if (at < length) {
    for (let last = length - 1; last >= at; last -= 1) hash ^= view.getUint8(last) << (8 * (last - at));
    hash = Math.imul(hash, mix);
  }
  hash = Math.imul(hash ^ (hash >>> 13), mix);
  return hash ^ (hash >>> 15);
}

/** The partition that every client of Kafka's default chooses for a key. */
export const partitionOf = (key: Uint8Array, count: number): number => (murmur2(key) & 0x7fff_ffff) % count;
