import { ok } from '@cardwatch/kernel';
import { describe, expect, test } from 'vitest';
import type { SnmpPeer, SnmpVarbind } from '../contract.ts';
import { SnmpConnection, accessOf } from './connection.ts';
import { DeviceMemory, memoryLimits } from './memory.ts';
import { SnmpProfile } from './model.ts';
import { follows, partsOf } from './oid.core.ts';
import { portPoint } from './port-points.core.ts';
import { portsOf } from './ports.core.ts';
import { changed, rateOf, trafficMoved } from './rate.core.ts';
import { columnOf, macOf, textOf } from './table.core.ts';
import { octetsText } from './topology.core.ts';
import { uptimeVerdict } from './uptime.core.ts';
import { walk, walkRows } from './walk.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('object ids', () => {
  const order: readonly (readonly [string, string, boolean])[] = [
    ['1.3.6', '1.3.6.1', true],
    ['1.3.6.1', '1.3.6', false],
    ['1.3.6.1', '1.3.6.1', false],
    ['1.3.6.9', '1.3.6.10', true],
    ['1.3.6.10', '1.3.6.9.5', false],
    ['1.3.6.1', 'garbage', false],
    ['1.3.6.1', '1.3..6', false],
  ];
  test.each(order)('%s before %s: %s', (a, b, expected) => expect(follows(a, b)).toBe(expected));

  test('limits', () => {
    expect(partsOf(Array.from({ length: 128 }, () => 1).join('.'))).toHaveLength(128);
    expect(partsOf(Array.from({ length: 129 }, () => 1).join('.'))).toBeUndefined();
    expect([partsOf('4294967295'), partsOf('4294967296'), partsOf('')]).toEqual([[4_294_967_295], undefined, undefined]);
  });
  test('visits every row', () => expect(order).toHaveLength(7));
});

describe('walk', () => {
  const signal = new AbortController().signal;
  const peer = (bulk: (oid: string, max: number) => readonly SnmpVarbind[]): SnmpPeer & { asked: number } => {
    const made = {
      asked: 0,
      get: () => Promise.resolve(ok([])),
      bulk: (oid: string, max: number) => {
        made.asked++;
        return Promise.resolve(ok(bulk(oid, max)));
      },
      close: () => {},
    };
    return made;
  };
  const next = (oid: string, by: number): string => `1.3.${Number(oid.split('.')[2] ?? 0) + by}`;
  const plan = { base: '1.3', rowsMax: walkRows.small, maxRepetitions: 10 };

  test('ends at the cap, one row beyond it told', async () => {
    const endless = peer((oid, max) => Array.from({ length: max }, (_, at) => ({ oid: next(oid, at + 1), value: 1 })));
    const walked = await walk(endless, plan, signal);
    expect(walked.ok && [walked.value.rows.length, walked.value.cut?.kind]).toEqual([walkRows.small, 'malformed']);
    expect(endless.asked).toBe(Math.ceil(walkRows.small / 10));
  });

  test('exactly the cap is no failure', async () => {
    const full = peer((oid, max) =>
      Array.from({ length: max }, (_, at) => ({ oid: next(oid, at + 1), value: 1 })).map((each) =>
        Number(each.oid.split('.')[2]) <= walkRows.small ? each : { oid: '1.4.1', value: 1 },
      ),
    );
    const walked = await walk(full, plan, signal);
    expect(walked.ok && [walked.value.rows.length, walked.value.cut]).toEqual([walkRows.small, undefined]);
  });

  const loops: readonly (readonly [string, (oid: string) => readonly SnmpVarbind[]])[] = [
    ['the same again', (oid) => [{ oid: oid === '1.3' ? '1.3.5' : oid, value: 1 }]],
    ['back to the start', (oid) => [{ oid: oid === '1.3' ? '1.3.5' : '1.3.1', value: 1 }]],
    [
      'back within one answer',
      () => [
        { oid: '1.3.5', value: 1 },
        { oid: '1.3.4', value: 1 },
      ],
    ],
    [
      'an id that is none',
      () => [
        { oid: '1.3.5', value: 1 },
        { oid: '1.3.x', value: 1 },
      ],
    ],
  ];
  test.each(loops)('%s', async (_, bulk) => {
    const loop = peer(bulk);
    const walked = await walk(loop, plan, signal);
    expect(walked.ok && [walked.value.rows.map(({ oid }) => oid), walked.value.cut?.kind]).toEqual([['1.3.5'], 'malformed']);
    expect(loop.asked).toBeLessThanOrEqual(2);
  });

  test('nothing, an end of the tree, a row of another table: the column is over', async () => {
    for (const answer of [[], [{ oid: '1.3', value: undefined }], [{ oid: '1.30.1', value: 1 }]]) {
      const walked = await walk(
        peer(() => answer),
        plan,
        signal,
      );
      expect(walked).toEqual({ ok: true, value: { rows: [], cut: undefined } });
    }
  });

  test('ends when the time of the task is used up: what was read holds', async () => {
    let asked = 0;
    const slow = peer((oid, max) => Array.from({ length: max }, (_, at) => ({ oid: next(oid, at + 1), value: 1 })));
    const walked = await walk(slow, { ...plan, overdue: () => asked++ >= 3 }, signal);
    expect(walked.ok && [walked.value.rows.length, walked.value.cut?.kind]).toEqual([30, 'timeout']);
  });

  test('ends when it is told to', async () => {
    const aborted = new AbortController();
    aborted.abort();
    expect(
      await walk(
        peer(() => []),
        plan,
        aborted.signal,
      ),
    ).toMatchObject({ ok: false, error: { kind: 'closed' } });
  });
  test('visits every loop', () => expect(loops).toHaveLength(4));
});

describe('uptime', () => {
  const day = 8_640_000;
  const rows: readonly (readonly [string, Parameters<typeof uptimeVerdict>[0], Parameters<typeof uptimeVerdict>[1], string])[] = [
    ['first', undefined, { ticks: 5, atMs: 0 }, 'start'],
    ['went on', { ticks: 100, atMs: 0 }, { ticks: 3_100, atMs: 30_000 }, 'normal'],
    ['wrapped', { ticks: 2 ** 32 - 1_000, atMs: 0 }, { ticks: 2_000, atMs: 30_000 }, 'wrap'],
    ['lower, and far from a wrap', { ticks: 2 ** 32 - day, atMs: 0 }, { ticks: 2_000, atMs: 30_000 }, 'reboot'],
    [
      'lower near a wrap, and not where the clock would stand',
      { ticks: 2 ** 32 - 1_000, atMs: 0 },
      { ticks: 900_000, atMs: 30_000 },
      'reboot',
    ],
    ['restarted unseen, and higher', { ticks: 100, atMs: 0 }, { ticks: 200, atMs: 3_600_000 }, 'reboot'],
    [
      'boots went up',
      { ticks: 100, atMs: 0, boots: 1, engineS: 1 },
      { ticks: 3_100, atMs: 30_000, boots: 2, engineS: 31 },
      'reboot',
    ],
    [
      'boots as before, ticks lower',
      { ticks: 4e9, atMs: 0, boots: 1, engineS: 1 },
      { ticks: 5, atMs: 30_000, boots: 1, engineS: 9 },
      'wrap',
    ],
  ];
  test.each(rows)('%s', (_, before, now, expected) => expect(uptimeVerdict(before, now)).toBe(expected));
  test('visits every row', () => expect(rows).toHaveLength(8));
});

describe('rates', () => {
  const rows: readonly (readonly [string, bigint, bigint, 32 | 64, number | undefined])[] = [
    ['a rise', 0n, 1_000n, 64, 100],
    ['none', 7n, 7n, 32, 0],
    ['32 bits wrap', 2n ** 32n - 50n, 50n, 32, 10],
    ['32 bits began anew', 1_000_000n, 0n, 32, undefined],
    ['64 bits never wrap', 2n ** 64n - 50n, 50n, 64, undefined],
  ];
  test.each(rows)('%s', (_, before, now, bits, expected) =>
    expect(rateOf({ value: before, atMs: 0 }, { value: now, atMs: 10_000 }, bits)).toBe(expected),
  );
  test('no time, no rate', () => expect(rateOf({ value: 0n, atMs: 5 }, { value: 9n, atMs: 5 }, 64)).toBeUndefined());
  test('what breathes is no news', () => {
    const moves = [
      trafficMoved(1_000, 1_250),
      trafficMoved(1_000, 1_251),
      trafficMoved(10, 110),
      trafficMoved(10, 111),
      trafficMoved(5, 0),
    ];
    expect(moves).toEqual([false, true, false, true, true]);
    expect([changed('a', 'a'), changed('', undefined)]).toEqual([false, true]);
  });
});

describe('text and addresses', () => {
  const rows: readonly (readonly [string, Uint8Array | string, string | undefined])[] = [
    ['plain', bytes('Gi1/0/1'), 'Gi1/0/1'],
    ['padded with zeros', bytes('core\0\0'), 'core'],
    ['Chinese', bytes('七号楼接入'), '七号楼接入'],
    ['control characters', bytes('a\u001b[2Jb'), undefined],
    ['no UTF-8', Uint8Array.of(0xb9, 0xab), undefined],
    ['too long is cut', 'x'.repeat(100), 'x'.repeat(64)],
  ];
  test.each(rows)('%s', (_, value, expected) => expect(textOf(value)).toBe(expected));
  test('six octets are an address unless they are plain text', () => {
    expect(octetsText(Uint8Array.of(2, 0, 0x5e, 0x10, 7, 1))).toBe('02:00:5e:10:07:01');
    expect(octetsText(bytes('D7-AGG'))).toBe('D7-AGG');
    expect(macOf([1, 2, 3, 4, 5])).toBeUndefined();
    expect(macOf([1, 2, 3, 4, 5, 256])).toBeUndefined();
  });
  test('visits every row', () => expect(rows).toHaveLength(6));
});

describe('profile', () => {
  const written = {
    profile: 'snmp/test/sw',
    version: 1,
    protocol: 'snmp',
    title: { zh: 't', en: 't' },
    kind: 'network',
    source: 't',
    tasks: { live: { periodMs: 30_000 } },
    points: [],
    ports: {
      name: '^port (\\d+)$',
      count: 48,
      points: ['Oper', 'Poe'],
      poe: { index: '1.{port}', words: { '4': 'on' }, delivering: [4], faults: [8] },
    },
  };
  test('48 ports of two points are 96 names that readings may have, and words of their own', () => {
    const profile = SnmpProfile.parse(written);
    expect(profile.points).toHaveLength(96);
    expect(new Set(profile.points.map(({ name }) => name)).size).toBe(96);
    expect(profile.points.every(({ name }) => /^[a-z][A-Za-z0-9]{0,47}$/.test(name))).toBe(true);
    expect(profile.points.find(({ name }) => name === portPoint(5, 'Poe'))?.words).toEqual({ '4': 'on' });
    expect(SnmpProfile.parse(profile).points).toHaveLength(96);
  });

  const wrong: readonly (readonly [string, Readonly<Record<string, unknown>>])[] = [
    ['a pattern without a group', { ports: { ...written.ports, name: '^port$' } }],
    ['a pattern that is none', { ports: { ...written.ports, name: '(' } }],
    ['65 ports', { ports: { ...written.ports, count: 65 } }],
    ['rates without their task', { ports: { ...written.ports, points: ['In'] } }],
    ['places without their task', { ports: { ...written.ports, points: ['Mac'] } }],
    ['an alarm of no point', { alarms: [{ alarm: 'x', point: 'nothing', when: [1] }] }],
    ['a PoE index without a port', { ports: { ...written.ports, poe: { index: '1.5' } } }],
    ['an id with a leading dot', { identity: { serial: '.1.3.6' } }],
  ];
  test.each(wrong)('refuses %s', (_, change) => expect(SnmpProfile.safeParse({ ...written, ...change }).success).toBe(false));
  test('visits every row', () => expect(wrong).toHaveLength(8));

  test('ports are found by name, the first of two that claim a number counts', () => {
    const plan = SnmpProfile.parse(written).ports;
    const names = [
      [7, 'port 2'],
      [9, 'port 1'],
      [11, 'port 1'],
      [12, 'port 49'],
      [13, 'vlan 3'],
    ] as const;
    const rows = columnOf(
      '1.1',
      names.map(([ifIndex, name]) => ({ oid: `1.1.${ifIndex}`, value: bytes(name) })),
    );
    expect(plan && portsOf(rows, plan)).toEqual([
      { no: 1, ifIndex: '9' },
      { no: 2, ifIndex: '7' },
    ]);
  });
});

describe('credentials', () => {
  const base = { kind: 'snmp', host: '10.0.0.1' };
  const key = 'a-long-enough-key';
  const rows: readonly (readonly [string, Readonly<Record<string, unknown>>, boolean])[] = [
    ['a community', { credentials: { community: 'x' } }, true],
    ['none', {}, false],
    ['a user of v2c', { credentials: { user: 'x' } }, false],
    ['v3 without a user', { version: '3', credentials: { community: 'x' } }, false],
    ['v3 without keys', { version: '3', credentials: { user: 'x' } }, true],
    ['v3 with one key and no protocol', { version: '3', credentials: { user: 'x', authKey: key } }, false],
    ['v3 with encryption alone', { version: '3', credentials: { user: 'x', privKey: key, privProtocol: 'aes' } }, false],
    [
      'v3 whole',
      { version: '3', credentials: { user: 'x', authKey: key, authProtocol: 'sha', privKey: key, privProtocol: 'aes' } },
      true,
    ],
    ['a key of seven characters', { version: '3', credentials: { user: 'x', authKey: 'seven-7', authProtocol: 'sha' } }, false],
    ['a name for a host', { host: 'switch.example', credentials: { community: 'x' } }, false],
  ];
  test.each(rows)('%s', (_, given, fine) => expect(SnmpConnection.safeParse({ ...base, ...given }).success).toBe(fine));
  test('visits every row', () => expect(rows).toHaveLength(10));
  test('what is asked with', () => {
    expect(accessOf('3', { user: 'x', authKey: key, authProtocol: 'sha' })).toEqual({
      version: '3',
      user: 'x',
      auth: { protocol: 'sha', key },
    });
    expect(accessOf('2c', { community: 'x' })).toEqual({ version: '2c', community: 'x' });
  });
});

describe('memory', () => {
  test('a reading is told on change and once in a quarter of an hour, ports at their own times', () => {
    const memory = new DeviceMemory();
    const tell = (nowMs: number, raw: number, offsetMs = 0) =>
      memory.tell({ point: `p${offsetMs}`, raw }, nowMs, offsetMs, changed);
    const { againMs } = memoryLimits;
    expect([tell(0, 1), tell(1_000, 1), tell(2_000, 2), tell(againMs - 1, 2), tell(againMs, 2)]).toEqual([
      true,
      false,
      true,
      false,
      true,
    ]);
    expect([tell(0, 1, 60_000), tell(againMs - 60_001, 1, 60_000), tell(againMs - 60_000, 1, 60_000)]).toEqual([
      true,
      false,
      true,
    ]);
  });

  test('48 quiet ports of ten points are spread over the quarter of an hour', () => {
    const memory = new DeviceMemory();
    const perMinute = Array.from(
      { length: 31 },
      (_, minute) =>
        Array.from({ length: 480 }, (_, at) =>
          memory.tell({ point: `p${at}`, raw: 1 }, minute * 60_000, (Math.floor(at / 10) * memoryLimits.againMs) / 64, changed),
        ).filter(Boolean).length,
    );
    expect(perMinute[0]).toBe(480);
    expect(Math.max(...perMinute.slice(1))).toBeLessThanOrEqual(60);
    expect(perMinute.slice(1, 16).reduce((sum, count) => sum + count, 0)).toBe(480);
  });
});
