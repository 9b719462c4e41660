import { fromHex, toHex } from '@cardwatch/kernel';
import { describe, expect, test } from 'vitest';
import { withCrc } from '../scripted/register-slave.ts';
import type { ModbusRequest } from './pdu.core.ts';
import { rtuFrame, rtuMatcher } from './rtu.core.ts';

const read: ModbusRequest = { fc: 3, address: 0x6b, quantity: 2 };
const write: ModbusRequest = { fc: 6, address: 259, value: 7 };
const good = toHex(withCrc(1, Uint8Array.of(3, 4, 1, 2, 3, 4)));
const echo = toHex(rtuFrame(1, Uint8Array.of(3, 0, 0x6b, 0, 2)));
const writeEcho = toHex(rtuFrame(1, Uint8Array.of(6, 1, 3, 0, 7)));
const foreign = toHex(withCrc(9, Uint8Array.of(3, 4, 9, 9, 9, 9)));
const otherLength = toHex(withCrc(1, Uint8Array.of(3, 2, 9, 9)));
const exception = toHex(withCrc(1, Uint8Array.of(0x83, 2)));
const damaged = `${good.slice(0, -1)}${good.endsWith('0') ? '1' : '0'}`;

const bytes = (hex: string): Uint8Array => fromHex(hex) ?? new Uint8Array();

function look(request: ModbusRequest, hex: string, context = { last: false, echoing: false }): string {
  const match = rtuMatcher(1, request)(bytes(hex), context);
  const seen = Object.entries(match.seen)
    .filter(([, count]) => count > 0)
    .map(([name, count]) => `${name} ${count}`);
  return [match.kind === 'reply' ? `reply ${toHex(match.value)}` : match.kind, `used ${match.used}`, ...seen].join(', ');
}

describe('RTU matcher', () => {
  test.each([
    ['nothing', '', 'wait, used 0'],
    ['the reply', good, 'reply 030401020304, used 9'],
    ['half of it', good.slice(0, 8), 'wait, used 0'],
    ['an exception', exception, 'reply 8302, used 5'],
    ['noise before it', `ff00${good}`, 'reply 030401020304, used 11, noiseBytes 2'],
    ['an echo before it', `${echo}${good}`, 'reply 030401020304, used 17, echoes 1'],
    ['half an echo', echo.slice(0, 10), 'wait, used 0'],
    ['another slave before it', `${foreign}${good}`, 'reply 030401020304, used 18, wrongSlave 1'],
    ['another slave alone', foreign, 'wait, used 9, wrongSlave 1'],
    ['a late reply of another length', `${otherLength}${good}`, 'reply 030401020304, used 16, lateFrames 1'],
    ['a damaged reply, then a sound one', `${damaged}${good}`, 'reply 030401020304, used 18, noiseBytes 9, crcErrors 1'],
    ['bytes after it', `${good}aabb`, 'reply 030401020304, used 9'],
    ['noise that looks like its head', `0103${good}`, 'reply 030401020304, used 11, noiseBytes 2'],
  ])('%s', (_, hex, expected) => {
    expect(look(read, hex)).toBe(expected);
  });

  test('a damaged reply is counted when the time is up', () => {
    expect(look(read, damaged, { last: true, echoing: false })).toBe('wait, used 9, noiseBytes 9, crcErrors 1');
  });

  test('behind an echoing adapter the first copy of a write is the echo', () => {
    const echoing = { last: false, echoing: true };
    expect(look(write, writeEcho, echoing)).toBe('wait, used 0');
    expect(look(write, writeEcho.repeat(2), echoing)).toBe('reply 0601030007, used 16, echoes 1');
    expect(look(write, writeEcho)).toBe('reply 0601030007, used 8');
  });

  test('a write is answered only by its own address and value', () => {
    const other = toHex(withCrc(1, Uint8Array.of(6, 1, 3, 0, 8)));
    expect(look(write, other)).toBe('wait, used 8, lateFrames 1');
  });

  test('whatever the split, the reply is found once it is whole', () => {
    const stream = bytes(`00ff${echo}${foreign}${good}`);
    let visited = 0;
    for (let cut = 0; cut < stream.length; cut++) {
      const first = rtuMatcher(1, read)(stream.subarray(0, cut), { last: false, echoing: false });
      const rest = stream.subarray(first.used);
      const second = rtuMatcher(1, read)(rest, { last: false, echoing: false });
      expect(first.kind).toBe('wait');
      expect(second.kind === 'reply' && toHex(second.value)).toBe('030401020304');
      expect(first.seen.noiseBytes + second.seen.noiseBytes).toBe(2);
      expect(first.seen.wrongSlave + second.seen.wrongSlave).toBe(1);
      expect(first.seen.echoes + second.seen.echoes).toBe(1);
      visited++;
    }
    expect(visited).toBe(2 + 8 + 9 + 9);
  });
});
