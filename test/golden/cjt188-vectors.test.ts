/** Sample frames of CJ/T 188 meters through the driver's own codec: each valid one gives what stands in it, each broken one gives no frame. */
import { describe } from 'vitest';
import { goldenDecoder } from './decoder-vectors.ts';

describe('CJ/T 188-2004', () => {
  goldenDecoder({ protocol: 'cjt188-2004', vectors: 20, valid: 17 });
});
