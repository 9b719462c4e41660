/** The site's keyed hash: of the shape that the agent's HMAC has, at a third of its cost. Oracle and agent share the key and nothing else. */
import { hash } from 'node:crypto';

const key = new Uint8Array(32).fill(7);
const scratch = new Uint8Array(1024);
scratch.set(key);
const encoder = new TextEncoder();

/** 32 hexadecimal digits. */
export function contentHash(content: Uint8Array | string): string {
  const bytes = typeof content === 'string' ? encoder.encode(content) : content;
  if (key.length + bytes.length > scratch.length) throw new RangeError(`${bytes.length} bytes are no record`);
  scratch.set(bytes, key.length);
  return hash('sha256', scratch.subarray(0, key.length + bytes.length), 'hex').slice(0, 32);
}
