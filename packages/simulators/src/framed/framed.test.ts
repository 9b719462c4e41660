import { SeededRandom, VirtualClock, epochMs, fromHex, toHex } from '@cardwatch/kernel';
import { describe, expect, test } from 'vitest';
import type { TrueRecord } from '../cluster.ts';
import { FramedBus, type LastingFault } from './bus.ts';
import { indexPos } from './index-pos.core.ts';
import { crcCcitt, pagePos } from './page-pos.core.ts';
import { FramedPos, KeptPosShape } from './terminal.ts';

const bytes = (hex: string): Uint8Array => fromHex(hex) ?? new Uint8Array();
const card = '6225000000000014';

function bench(capacity = 20) {
  const clock = new VirtualClock(epochMs(1_795_406_400_000));
  const truth: TrueRecord[] = [];
  const parts = { clock, truth: { record: (entry: TrueRecord) => void truth.push(entry), pass: () => {} } };
  const terminals = [
    new FramedPos({ deviceId: 'i', model: indexPos, address: 5, capacity }, parts),
    new FramedPos({ deviceId: 'p', model: pagePos, address: 1_234, capacity }, parts),
  ];
  const bus = new FramedBus({ clock, random: new SeededRandom(1), terminals, thinkMs: 0 });
  const heard: string[] = [];
  let resets = 0;
  const say = bus.attend({ send: (sent) => void heard.push(toHex(sent)), reset: () => void resets++ });
  const strike = (type: LastingFault): void =>
    bus.strike({ type, deviceId: 'i', delayMs: undefined, deltaMs: undefined, records: undefined }, type);
  const [index, page] = terminals;
  if (index === undefined || page === undefined) throw new Error('both stand there');
  return { clock, truth, bus, heard, say, strike, index, page, resets: () => resets };
}

/** From the data sheets, by hand: address 5, command 05 to place 1; address 1234, sequence 1, command 24, one record. */
const confirmIndex = bytes('aa5504000505010005');
const statusIndex = bytes('aa550200050106');
const sale = { card, amountFen: 1_200, balanceBeforeFen: 5_000, cardCounter: 9 };

test('the CRC is that of the data sheet', () => {
  expect(crcCcitt(Uint8Array.from('123456789', (digit) => digit.charCodeAt(0)))).toBe(0x29b1);
});

describe('a terminal', () => {
  test('writes the truth first, and counts what it holds', () => {
    const { index, page, truth } = bench();
    for (const pos of [index, page])
      expect([pos.sell(sale), pos.reverse(sale), pos.sell({ ...sale, amountFen: 9_999 })]).toEqual(['sold', 'sold', 'declined']);
    expect(truth.map(({ deviceId, recordNo, kind, amountFen }) => [deviceId, recordNo, kind, amountFen])).toEqual([
      ['i', 1, 'consume', 1_200],
      ['i', 2, 'reversal', 1_200],
      ['p', 1, 'consume', 1_200],
      ['p', 2, 'reversal', 1_200],
    ]);
    expect(index.store.uncollected).toEqual({ records: 2, fen: 0 });
  });

  test('refuses to sell when its store is full, and writes nothing then', () => {
    const { index, page, truth } = bench(4);
    const outcomes = [index, page].map((pos) => Array.from({ length: 5 }, () => pos.sell(sale)));
    expect(outcomes[0]).toEqual(['sold', 'sold', 'sold', 'storeFull', 'storeFull']);
    expect(outcomes[1]).toEqual(['sold', 'sold', 'sold', 'sold', 'storeFull']);
    expect(truth).toHaveLength(7);
  });

  test('goes on after a stop as after a power cut', () => {
    const before = bench();
    for (let i = 0; i < 6; i++) before.index.sell(sale);
    before.index.store.collect(2);
    const after = bench();
    after.index.restore(KeptPosShape.parse(JSON.parse(JSON.stringify(before.index.keep()))));
    expect(after.index.bootCounter).toBe(2);
    expect([after.index.store.held, after.index.store.newestNo, after.index.store.firstPlace]).toEqual([4, 6, 2]);
    expect(after.index.store.uncollected).toEqual({ records: 4, fen: 4_800 });
    expect(after.index.store.at(0)).toEqual(before.index.store.at(0));
    expect(() => bench(8).index.restore(before.index.keep())).toThrow('as large as it was');
  });
});

describe('a line', () => {
  test('only the terminal that is asked answers, whatever else is on the line', () => {
    const { say, heard, index } = bench();
    index.sell(sale);
    say(bytes('00ff7e'));
    say(statusIndex.subarray(0, 3));
    say(statusIndex.subarray(3));
    expect(heard).toHaveLength(1);
    expect(heard[0]?.slice(0, 12)).toBe('55aa13000581');
    say(confirmIndex);
    expect(heard[1]).toBe('55aa04000585010085');
    expect(index.store.held).toBe(0);
  });

  test('half a request is forgotten when the line was quiet', () => {
    const { say, heard, clock } = bench();
    say(statusIndex.subarray(0, 5));
    clock.advance(100);
    say(statusIndex.subarray(5));
    expect(heard).toEqual([]);
    say(statusIndex);
    expect(heard).toHaveLength(1);
  });

  test.each([
    ['silent', 0],
    ['wrongChecksum', 1],
    ['wrongAddress', 1],
    ['garbage', 1],
    ['halfFrame', 1],
    ['slowDrip', 24],
    ['lateReply', 1],
    ['echo', 2],
    ['reset', 0],
  ] as const)('%s: %d pieces come, and the next request is answered when it is over', (type, pieces) => {
    const { say, heard, clock, strike, bus, resets } = bench();
    say(statusIndex);
    const sound = heard.splice(0)[0] ?? '';
    strike(type);
    say(statusIndex);
    clock.advance(2_000);
    expect(heard).toHaveLength(pieces);
    expect(heard.includes(sound)).toBe(type === 'lateReply' || type === 'echo');
    expect(heard.join('') === sound).toBe(type === 'lateReply' || type === 'slowDrip');
    expect(resets()).toBe(type === 'reset' ? 1 : 0);
    bus.heal(type, 'i');
    heard.length = 0;
    say(statusIndex);
    // Its clock has gone on; all before it is as it was.
    expect(heard.map((frame) => [frame.length, frame.slice(0, 24)])).toEqual([[sound.length, sound.slice(0, 24)]]);
  });

  test('a restart is deaf for a while and counts', () => {
    const { say, heard, clock, bus, index } = bench();
    bus.reboot(index);
    say(statusIndex);
    expect(heard).toEqual([]);
    clock.advance(1_000);
    say(statusIndex);
    expect([heard.length, index.bootCounter]).toEqual([1, 2]);
  });
});
