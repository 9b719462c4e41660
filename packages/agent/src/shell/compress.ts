import { constants, zstdCompressSync } from 'node:zlib';
import type { Compress } from '../ports.ts';

/** zstd, level 3. */
export const zstd: Compress = (body) => zstdCompressSync(body, { params: { [constants.ZSTD_c_compressionLevel]: 3 } });
