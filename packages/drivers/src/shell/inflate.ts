import { gunzipSync, inflateRawSync, inflateSync } from 'node:zlib';

/** Body of a `Content-Encoding`, at most `bytesMax` long; undefined when it is damaged, longer, or of another encoding. */
export function inflate(bytes: Uint8Array, encoding: string, bytesMax: number): Uint8Array | undefined {
  const options = { maxOutputLength: bytesMax };
  try {
    if (encoding === 'gzip' || encoding === 'x-gzip') return new Uint8Array(gunzipSync(bytes, options));
    if (encoding !== 'deflate') return undefined;
    // Devices send both: with the two bytes of zlib before it, and without.
    const zlib = ((bytes[0] ?? 0) & 0x0f) === 8 && ((bytes[0] ?? 0) * 256 + (bytes[1] ?? 0)) % 31 === 0;
    return new Uint8Array(zlib ? inflateSync(bytes, options) : inflateRawSync(bytes, options));
  } catch {
    return undefined;
  }
}
