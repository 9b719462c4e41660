import { epochMs, SeededRandom, toHex, VirtualClock } from '@cardwatch/kernel';
import { describe, expect, it } from 'vitest';
import { Campus } from '../campus/campus.ts';
import type { FaultOrder } from '../faults/fault.ts';
import { mbapBytes } from '../modbus/mbap.core.ts';
import { rtuBytes } from '../modbus/rtu.core.ts';
import { Plan } from '../plan/plan.ts';
import { Bus, busQueueMax, type BusTiming, timingOf } from './bus.ts';
import { attendRtu } from './tcp.ts';

const request = Uint8Array.of(3, 0, 0, 0, 2);
const identity = '03045731' + '0214';

function rig(timing: BusTiming = timingOf(9_600, false, false)) {
  const device = (unit: number) => ({
    unit,
    deviceId: `d-${unit}`,
    model: 'ring-shower',
    name: `d${unit}`,
    place: { campus: 'c' },
  });
  const plan = Plan.parse({
    v: 1,
    name: 'p',
    lines: [{ kind: 'rtuOverTcp', name: 'l', agent: 'a', port: 0, devices: [device(1), device(2)] }],
  });
  const clock = new VirtualClock(epochMs(1_800_000_000_000));
  const campus = new Campus(plan, { clock, seed: 1, speed: 1, startMinute: 1_260, append: () => {} });
  const [line] = plan.lines;
  const slaves = line === undefined ? [] : campus.devicesOfLine(line);
  const bus = new Bus({
    name: 'l',
    slaves,
    timing,
    clock,
    random: new SeededRandom(1),
    desk: campus.desk,
    moment: () => campus.moment(),
  });
  const heard: { readonly hex: string; readonly atMs: number }[] = [];
  const send = (bytes: Uint8Array): void => void heard.push({ hex: toHex(bytes), atMs: clock.mono() });
  const rtu = attendRtu(bus, clock, send, 20);
  const ask = (framing: 'rtu' | 'mbap', unit: number): void => {
    if (framing === 'rtu') rtu(rtuBytes(unit, request));
    else
      bus.submit({
        framing,
        unit,
        pdu: request,
        bytes: mbapBytes(1, unit, request),
        wrap: (u, pdu) => mbapBytes(1, u, pdu),
        send,
      });
  };
  const fault = (order: Partial<FaultOrder> & Pick<FaultOrder, 'type'>): void => {
    expect(campus.desk.order({ deviceId: 'd-1', ...order }).ok).toBe(true);
  };
  return { clock, campus, bus, heard, rtu, ask, fault };
}

const goodRtu = toHex(rtuBytes(1, Uint8Array.from([3, 4, 0x57, 0x31, 2, 0x14])));
const goodMbap = toHex(mbapBytes(1, 1, Uint8Array.from([3, 4, 0x57, 0x31, 2, 0x14])));
const gatewayGaveUp = toHex(mbapBytes(1, 1, Uint8Array.of(0x83, 0x0b)));

describe('a bus', () => {
  it('answers its units only; a gateway says that a unit is missing', () => {
    const { ask, heard } = rig();
    ask('rtu', 1);
    ask('rtu', 9);
    ask('mbap', 9);
    expect(heard.map(({ hex }) => hex)).toEqual([goodRtu, toHex(mbapBytes(1, 9, Uint8Array.of(0x83, 0x0b)))]);
    expect(goodRtu).toContain(identity);
  });

  it('obeys a broadcast without a word', () => {
    const { rtu, heard, campus } = rig();
    rtu(rtuBytes(0, Uint8Array.of(0x10, 0, 23, 0, 3, 6, 0x27, 1, 1, 0, 0, 0)));
    expect(heard).toEqual([]);
    const [one, two] = campus.ringShowers().map((device) => device.read(3, 23, 3, campus.moment()));
    expect([one, two]).toEqual([
      [0x2701, 0x0100, 0],
      [0x2701, 0x0100, 0],
    ]);
  });

  it('takes the time of 9600 baud, one request after the other', () => {
    const { clock, ask, heard, bus } = rig(timingOf(9_600, true, false));
    ask('rtu', 1);
    ask('rtu', 2);
    clock.advance(1_000);
    const oneMs = (11 / 9.6) * (8 + 3.5 + 9) + 6;
    expect(heard.map(({ atMs }) => Math.round(atMs))).toEqual([Math.round(oneMs), Math.round(2 * oneMs)]);
    expect(Math.round(bus.counts.busyMs)).toBe(Math.round(2 * oneMs));
  });

  it('gives bytes in slices on a serial line', () => {
    const { clock, heard, rtu } = rig(timingOf(9_600, true, true));
    rtu(rtuBytes(1, Uint8Array.of(3, 0x10, 0, 0, 125)));
    clock.advance(1_000);
    expect(heard.map(({ hex }) => hex.length / 2).reduce((sum, length) => sum + length, 0)).toBe(255);
    expect(heard.length).toBeGreaterThan(20);
    const span = (heard.at(-1)?.atMs ?? 0) - (heard[0]?.atMs ?? 0);
    expect(Math.abs(span - (11 / 9.6) * (255 - 9))).toBeLessThan(2);
  });

  it('lets at most the queue wait', () => {
    const { clock, ask, heard, bus } = rig(timingOf(9_600, true, false));
    for (let i = 0; i < busQueueMax + 2; i++) ask('rtu', 1);
    clock.advance(60_000);
    expect([heard.length, bus.counts.dropped]).toEqual([busQueueMax + 1, 1]);
  });

  it('counts bad checksums in every slave', () => {
    const { clock, rtu, campus } = rig();
    rtu(rtuBytes(1, request).with(-1, 0));
    clock.advance(100);
    expect(campus.ringShowers().map((device) => device.crcErrors)).toEqual([1, 1]);
  });
});

describe('faults', () => {
  const cases: readonly (readonly [
    order: Pick<FaultOrder, 'type'> & Partial<FaultOrder>,
    framing: 'rtu' | 'mbap',
    replies: readonly string[],
  ])[] = [
    [{ type: 'silent' }, 'rtu', []],
    [{ type: 'silent' }, 'mbap', []],
    [{ type: 'reboot' }, 'rtu', []],
    [{ type: 'wrongSlave' }, 'rtu', [toHex(rtuBytes(2, Uint8Array.from([3, 4, 0x57, 0x31, 2, 0x14])))]],
    [{ type: 'wrongCrc' }, 'mbap', [gatewayGaveUp]],
    [{ type: 'flood' }, 'mbap', [gatewayGaveUp]],
    [{ type: 'echo' }, 'rtu', [toHex(rtuBytes(1, request)) + goodRtu]],
    [{ type: 'lateReply', delayMs: 900 }, 'mbap', [goodMbap]],
  ];
  it.each(cases)('%j on %s', (order, framing, replies) => {
    const { clock, ask, fault, heard } = rig();
    fault(order);
    ask(framing, 1);
    clock.advance(1_000);
    expect(heard.map(({ hex }) => hex)).toEqual(replies);
    expect(heard.every(({ atMs }) => order.type !== 'lateReply' || atMs === 900)).toBe(true);
  });

  it.each(['garbage', 'wrongCrc'] as const)('%s on RTU has the right length and a wrong checksum', (type) => {
    const { ask, fault, heard } = rig();
    fault({ type });
    ask('rtu', 1);
    expect(heard.map(({ hex }) => hex.length)).toEqual([goodRtu.length]);
    expect(heard[0]?.hex).not.toBe(goodRtu);
  });

  it('ends by itself, leaves others alone, and keeps a label', () => {
    const { clock, campus, ask, fault, heard } = rig();
    fault({ type: 'silent', durationMs: 500 });
    ask('rtu', 1);
    ask('rtu', 2);
    clock.advance(499);
    expect(heard).toHaveLength(1);
    clock.advance(2);
    ask('rtu', 1);
    expect(heard).toHaveLength(2);
    const [label] = campus.desk.labels();
    expect(label).toMatchObject({ id: 'f1', type: 'silent', devices: ['d-1'], expected: 'offline/noReply' });
    expect((label?.end ?? 0) - (label?.start ?? 0)).toBe(500);
  });

  it('of a line strikes all its slaves, and is refused where nobody is', () => {
    const { campus, ask, heard } = rig();
    expect(campus.desk.order({ line: 'l', type: 'silent' }).ok).toBe(true);
    ask('rtu', 1);
    ask('rtu', 2);
    expect(heard).toEqual([]);
    expect(campus.desk.order({ line: 'x', type: 'silent' })).toMatchObject({ ok: false, error: { kind: 'unknownTarget' } });
    expect(campus.desk.order({ deviceId: 'd-1', type: 'clockStep' })).toMatchObject({
      ok: false,
      error: { kind: 'unsupported' },
    });
  });
});
