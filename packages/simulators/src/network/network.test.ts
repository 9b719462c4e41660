import { describe, expect, test } from 'vitest';
import type { Cell } from './cell.core.ts';
import { PowerSupply, SerialServer } from './power.core.ts';
import { ManagedSwitch } from './switch.core.ts';

const born = { boots: 3, upMs: 100_000 };
const mac = (no: number): Uint8Array => Uint8Array.of(2, 0, 0x5e, 0, 7, no);
const at = (cells: readonly Cell[], oid: string): Cell['value'] | undefined => cells.find((cell) => cell.oid === oid)?.value;
const mib2 = '1.3.6.1.2.1';

function make(onPort?: (port: number, up: boolean) => void) {
  return new ManagedSwitch(
    {
      deviceId: 'sw',
      name: 'SW',
      accessPorts: 8,
      uplinks: 1,
      mac: mac(0),
      upstream: { name: 'AGG', port: 'up', mac: mac(200) },
      stations: [1, 2].map((port) => ({ port, mac: mac(port), vlan: 70 })),
      ...(onPort === undefined ? {} : { onPort }),
    },
    0,
    born,
  );
}

describe('switch', () => {
  test('ids are unique, and in no table twice', () => {
    const ids = make()
      .cells(0)
      .map(({ oid }) => oid);
    expect(ids.length).toBeGreaterThan(140);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('uptime, boots and counters go with the clock; a port that is down counts nothing', () => {
    const sw = make();
    sw.cells(0);
    const cells = sw.cells(10_000);
    expect(at(cells, `${mib2}.1.3.0`)).toBe(11_000);
    expect(at(cells, '1.3.6.1.6.3.10.2.1.2.0')).toBe(3);
    expect(at(cells, `${mib2}.31.1.1.1.6.10101`)).toBe(10_370n);
    expect(at(cells, `${mib2}.31.1.1.1.6.10103`)).toBe(0n);
  });

  test('a port that goes down loses its power and is forgotten; it comes back as it was', () => {
    const told: string[] = [];
    const sw = make((port, up) => told.push(`${port} ${up}`));
    const learnt = `${mib2}.17.7.1.2.2.1.2.70.2.0.94.0.7.2`;
    expect(at(sw.cells(0), learnt)).toBe(2);
    expect(sw.strike('portDown', 2, 5_000)).toBeUndefined();
    const down = sw.cells(6_000);
    expect([at(down, `${mib2}.2.2.1.8.10102`), at(down, `${mib2}.105.1.1.1.6.1.2`), at(down, learnt)]).toEqual([2, 2, undefined]);
    expect(at(down, `${mib2}.2.2.1.9.10102`)).toBe(10_500);
    sw.heal('portDown', 9_000);
    const up = sw.cells(9_000);
    expect([at(up, `${mib2}.2.2.1.8.10102`), at(up, `${mib2}.105.1.1.1.6.1.2`), at(up, learnt)]).toEqual([1, 3, 2]);
    expect(told).toEqual(['2 false', '2 true']);
  });

  test('healing one fault leaves another standing', () => {
    const sw = make();
    sw.strike('poeFault', 1, 0);
    sw.strike('portOff', 2, 0);
    sw.heal('portDown', 1_000);
    expect([1, 2].map((no) => at(sw.cells(1_000), `${mib2}.2.2.1.8.1010${no}`))).toEqual([2, 2]);
    sw.heal('poeFault', 2_000);
    expect([1, 2].map((no) => at(sw.cells(2_000), `${mib2}.2.2.1.8.1010${no}`))).toEqual([1, 2]);
  });

  test('the uplink takes neighbour and what lies beyond it away', () => {
    const sw = make();
    const neighbour = '1.0.8802.1.1.2.1.4.1.1.9.0.9.1';
    expect(at(sw.cells(0), neighbour)).toBe('AGG');
    sw.strike('portDown', 9, 0);
    expect(at(sw.cells(0), neighbour)).toBeUndefined();
  });

  test('restart and wrap', () => {
    const sw = make();
    sw.strike('uptimeWrap', undefined, 1_000);
    expect(at(sw.cells(1_000), `${mib2}.1.3.0`)).toBe(2 ** 32 - 500);
    expect(at(sw.cells(7_000), `${mib2}.1.3.0`)).toBe(100);
    expect(sw.snapshot(7_000)).toEqual({ boots: 3, upMs: 107_000 });
    sw.strike('restart', undefined, 8_000);
    expect(sw.snapshot(9_000)).toEqual({ boots: 4, upMs: 1_000 });
  });
});

describe('UPS and serial server', () => {
  test('a power cut counts seconds and empties the battery; the mains end it', () => {
    const ups = new PowerSupply({ deviceId: 'u', name: 'U' }, 0, born);
    const state = (nowMs: number) =>
      ['4.1.0', '2.1.0', '2.2.0', '2.3.0'].map((tail) => at(ups.cells(nowMs), `${mib2}.33.1.${tail}`));
    expect(state(0)).toEqual([3, 2, 0, 42]);
    ups.strike('powerCut', undefined, 0);
    expect(state(600_000)).toEqual([5, 2, 600, 32]);
    expect(state(38 * 60_000)).toEqual([5, 3, 2_280, 4]);
    expect(state(60 * 60_000)).toEqual([5, 4, 3_600, 0]);
    ups.heal('powerCut');
    expect(state(61 * 60_000)).toEqual([3, 2, 0, 42]);
  });

  test('faults that a device does not know are refused', () => {
    const server = new SerialServer({ deviceId: 's', name: 'S' }, 0, born);
    expect([server.strike('restart', undefined, 1), server.strike('portDown', 1, 1)]).toEqual([
      undefined,
      'a serial server has no fault portDown',
    ]);
  });
});
