/** Vectors of our own: what pos-meter.json does not have of the dialects, the follow-up frames and the file records. */
import { describe } from 'vitest';
import { goldenDecoder } from './decoder-vectors.ts';

const rows = [
  { protocol: 'cjt188-2004', vectors: 6, valid: 3 },
  { protocol: 'dlt645-2007', vectors: 7, valid: 6 },
  { protocol: 'modbus-rtu', vectors: 5, valid: 3 },
  { protocol: 'modbus-tcp', vectors: 1, valid: 1 },
] as const;

describe.each(rows)('$protocol', (row) => {
  goldenDecoder({ ...row, file: 'meters.json' });
});
