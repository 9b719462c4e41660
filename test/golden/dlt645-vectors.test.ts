/** Sample frames of DL/T 645 meters through the driver's own codec. */
import { describe } from 'vitest';
import { goldenDecoder } from './decoder-vectors.ts';

describe('DL/T 645-2007', () => {
  goldenDecoder({ protocol: 'dlt645-2007', vectors: 4, valid: 3 });
});
