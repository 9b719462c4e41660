import { expect, test } from 'vitest';
import { packOf, packParts } from './pack.core.ts';

const document = {
  format: 'cardwatch.evidence.v2',
  madeAt: 5,
  firstPage: {
    completenessPct: 80,
    missing: ['checklist.before'],
    path: ['a', 'b'],
    suspects: [{ at: 1, ref: 'audit:1', what: { action: 'x' } }],
  },
  devices: {
    leftOut: 2,
    rows: [{ deviceId: 'd1', name: '窗口', area: null, now: { state: 'offline', cause: null, driftMs: -9 } }],
  },
  alarms: { leftOut: 0, rows: [{ at: 3, ref: 'r', what: { rule: 'leak', detail: { a: 1 } } }] },
  health: null,
  checklist: { time: '12:00', before: '' },
  trail: { first: 1, last: 17, intact: true },
};

test('a pack is told by its parts, what was left out and what could not be read', () => {
  const pack = packOf(document);
  expect(pack.completenessPct).toBe(80);
  expect(pack.suspects).toEqual([{ at: 1, ref: 'audit:1', what: [['action', 'x']] }]);
  const part = (name: string) => pack.parts.find((one) => one.name === name);
  expect(part('devices')).toEqual({
    name: 'devices',
    leftOut: 2,
    isKnown: true,
    rows: [
      {
        at: null,
        ref: 'd1',
        what: [
          ['name', '窗口'],
          ['area', ''],
          ['state', 'offline'],
          ['driftMs', '-9'],
        ],
      },
    ],
  });
  expect(part('alarms')?.rows[0]?.what).toEqual([
    ['rule', 'leak'],
    ['detail', '{"a":1}'],
  ]);
  expect(part('health')).toEqual({ name: 'health', leftOut: 0, rows: [], isKnown: false });
  expect(pack.trail).toEqual({ first: 1, last: 17, intact: true });
});

test.each([[null], [[]], ['text'], [{ devices: { rows: 'no' }, firstPage: [] }]])('%j is a pack of nothing', (json) => {
  const pack = packOf(json);
  expect(pack.parts.map(({ rows }) => rows.length)).toEqual(packParts.map(() => 0));
  expect(pack.trail).toBeNull();
});
