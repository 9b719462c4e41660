import { epochMs, fromHex, toHex } from '@cardwatch/kernel';
import { describe, expect, it } from 'vitest';
import type { Moment } from '../device/moment.ts';
import { mbapBytes, MbapFramer } from './mbap.core.ts';
import { answerPdu, type Registers } from './pdu.core.ts';
import { rtuBytes, RtuFramer } from './rtu.core.ts';

const at: Moment = { now: epochMs(0), monoMs: 0, campusMs: 0 };
const hex = (text: string): Uint8Array => fromHex(text) ?? new Uint8Array(0);

/** Registers 0 to 199 of FC 03 only, register n reads n; writable: 5 with values up to 9. */
const slave: Registers = {
  readMax: (functionCode) => (functionCode === 3 ? 125 : undefined),
  read: (_, address, count) =>
    address + count > 200 ? undefined : Array.from({ length: count }, (_value, index) => address + index),
  writes: () => true,
  write: (_, address, values) => {
    if (address !== 5) return 'noSuchAddress';
    return values.every((value) => value < 10) ? 'written' : 'badValue';
  },
};

describe('answers of a slave', () => {
  const cases: readonly (readonly [what: string, request: string, reply: string])[] = [
    ['reads one', '03 0007 0001', '03020007'],
    ['refuses 0 registers', '03 0000 0000', '8303'],
    ['refuses 126 registers', '03 0000 007e', '8303'],
    ['refuses a block beyond the list', '03 00c7 0002', '8302'],
    ['refuses a block beyond the address space', '03 ffff 0002', '8302'],
    ['refuses a short request', '03 0000 00', '8303'],
    ['does not know FC 04', '04 0000 0001', '8401'],
    ['does not know FC 2B', '2b 0e 01 00', 'ab01'],
    ['writes one', '06 0005 0009', '0600050009'],
    ['refuses a value', '06 0005 000a', '8603'],
    ['refuses an address', '06 0006 0001', '8602'],
    ['writes many', '10 0005 0001 02 0003', '1000050001'],
    ['refuses a byte count that does not agree', '10 0005 0001 04 0003', '9003'],
    ['refuses data that are missing', '10 0005 0002 04 0003', '9003'],
    ['refuses no data', '10 0005', '9003'],
  ];
  it.each(cases)('%s', (_, request, reply) => {
    expect(toHex(answerPdu(slave, hex(request), at))).toBe(reply);
  });

  it('reads 125 registers and writes 123, not one more', () => {
    expect(answerPdu(slave, hex('03 0000 007d'), at)).toHaveLength(252);
    const write = (count: number): Uint8Array =>
      answerPdu(slave, Uint8Array.from([0x10, 0, 5, 0, count, 2 * count, ...new Uint8Array(2 * count)]), at);
    expect(toHex(write(123))).toBe('100005007b');
    expect(toHex(write(124))).toBe('9003');
  });
});

describe('RTU frames', () => {
  const request = rtuBytes(1, hex('03 0000 0002'));

  it('carries the CRC of the serial-line guide, low byte first', () => {
    expect(toHex(request)).toBe('010300000002c40b');
  });

  it('is found whole, split into bytes, behind noise, and twice in one piece', () => {
    const seen = (...pieces: readonly Uint8Array[]): number => {
      const framer = new RtuFramer();
      return pieces.reduce((sum, piece) => sum + framer.feed(piece).length, 0);
    };
    expect(seen(request)).toBe(1);
    expect(seen(...[...request].map((byte) => Uint8Array.of(byte)))).toBe(1);
    expect(seen(hex('ff 00 01 03'), request)).toBe(1);
    expect(seen(hex('01 10 00 00 00 7b f6'), request)).toBe(1);
    expect(seen(Uint8Array.from([...request, ...request]))).toBe(2);
  });

  it('counts a wrong checksum at the gap and takes nothing', () => {
    const framer = new RtuFramer();
    expect(framer.feed(request.with(-1, 0))).toHaveLength(0);
    expect(framer.gap()).toEqual({ frames: [], noiseBytes: 8, crcErrors: 1 });
    expect(framer.feed(request)).toHaveLength(1);
    expect(framer.gap()).toEqual({ frames: [], noiseBytes: 0, crcErrors: 0 });
  });

  it('takes an unknown function at the gap', () => {
    const framer = new RtuFramer();
    expect(framer.feed(rtuBytes(9, hex('2b 0e 01 00')))).toHaveLength(0);
    expect(framer.gap().frames.map(({ unit, pdu }) => [unit, toHex(pdu)])).toEqual([[9, '2b0e0100']]);
  });

  it('keeps its buffer bounded in a flood and then still hears', () => {
    const framer = new RtuFramer();
    expect(framer.feed(new Uint8Array(100_000).fill(0x55))).toHaveLength(0);
    expect(framer.feed(request)).toHaveLength(1);
    expect(framer.gap().noiseBytes).toBe(100_000);
  });
});

describe('MBAP frames', () => {
  const request = mbapBytes(0x1234, 7, hex('03 0000 0002'));

  it('has protocol 0 and the length of unit and PDU', () => {
    expect(toHex(request)).toBe('123400000006070300000002');
  });

  it('is found split anywhere and twice in one piece', () => {
    for (let cut = 1; cut < request.length; cut++) {
      const framer = new MbapFramer();
      expect(framer.feed(request.subarray(0, cut))).toHaveLength(0);
      expect(framer.feed(request.subarray(cut))).toHaveLength(1);
    }
    expect(new MbapFramer().feed(Uint8Array.from([...request, ...request]))).toHaveLength(2);
  });

  const broken: readonly (readonly [what: string, bytes: string])[] = [
    ['protocol 1', '1234 0001 0006 07 03 0000 0002'],
    ['length 1', '1234 0000 0001 07 03'],
    ['length 255', '1234 0000 00ff 07 03'],
    ['RTU on the wrong door', '0103 0100 000d 8433'],
  ];
  it.each(broken)('breaks the stream: %s', (_, bytes) => {
    expect(new MbapFramer().feed(hex(bytes))).toBeUndefined();
  });
});
