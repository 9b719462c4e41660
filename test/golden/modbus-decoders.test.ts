/** Sample Modbus frames through the decoders of RTU and of Modbus/TCP. */
import { describe } from 'vitest';
import { goldenDecoder } from './decoder-vectors.ts';

describe('Modbus RTU', () => {
  goldenDecoder({ protocol: 'modbus-rtu', vectors: 11, valid: 8 });
});

describe('Modbus/TCP', () => {
  goldenDecoder({ protocol: 'modbus-tcp', vectors: 2, valid: 1 });
});
