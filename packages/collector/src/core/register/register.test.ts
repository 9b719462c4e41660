import type { DeviceId } from '@cardwatch/contracts';
import type { MerchantBinding, TopologyNode } from '@cardwatch/contracts/watch';
import { chance, type EpochMs, epochMs, intBetween, pick, SeededRandom } from '@cardwatch/kernel';
import { describe, expect, test } from 'vitest';
import { instantOf, upstreamOf, upstreamText } from './cells.core.ts';
import { exportRows } from './export.core.ts';
import { errorsListedMax, preview } from './preview.core.ts';
import { nearestMax, registerRowsMax } from './read-rows.core.ts';
import { applyPlan, dayText, emptyRegister, merchantAt, type Register } from './register.core.ts';
import { rowErrorCodes } from './row-error.core.ts';
import { sayRowError } from './say.core.ts';
import { registerWordsEn } from './words-en.core.ts';
import { registerWordsZh } from './words-zh.core.ts';

const known = new Set(['core-1', 'sw-1', 'sw-2', 'sw-3', 'ups-1', 'pos-1', 'pos-2', 'pos-3']);
const header = ['设备编号', '校区', '楼栋', '区域', '上联设备', '端口', '商户编号', '商户名称', '生效日期', '有效期至'];
const day = (text: string): EpochMs => instantOf(text)?.at ?? epochMs(-1);
const now = day('2026-11-23');
const id = (text: string): DeviceId => text as DeviceId;

/** `device|campus|building|area|upstream|port|merchant|name|from|through`; `/` between alternatives, since `|` parts cells here. */
const rowsOf = (...lines: string[]): string[][] => lines.map((line) => line.split('|').map((cell) => cell.replaceAll('/', '|')));
const see = (register: Register, ...lines: string[]) => preview({ header, rows: rowsOf(...lines) }, { register, known }, now);

function imported(register: Register, ...lines: string[]): Register {
  const { plan, errors } = see(register, ...lines);
  expect(errors).toEqual([]);
  const applied = applyPlan(register, plan ?? [], known);
  if (!applied.ok) throw new Error(JSON.stringify(applied.error));
  return applied.value.register;
}

const base = imported(
  emptyRegister,
  'sw-1||||core-1|G1|||',
  'sw-2||||core-1',
  'pos-1|宜宾|三食堂|一楼|sw-1/sw-2; power=ups-1|7|m-1|老王面馆|2025-09-01',
  'pos-2|宜宾|三食堂|二楼|sw-1|8|m-2|川味小炒|2025-09-01|2026-06-30',
);

describe('an import', () => {
  test('gives places, ways and merchants', () => {
    expect(base.places).toEqual([
      { deviceId: 'pos-1', area: '宜宾/三食堂/一楼', zone: null, cluster: null },
      { deviceId: 'pos-2', area: '宜宾/三食堂/二楼', zone: null, cluster: null },
    ]);
    expect(base.topology.find(({ deviceId }) => deviceId === 'pos-1')).toEqual({
      deviceId: 'pos-1',
      upstream: [
        { name: '', parents: ['sw-1', 'sw-2'] },
        { name: 'power', parents: ['ups-1'] },
      ],
      port: '7',
      source: 'person',
    });
    expect(base.bindings).toEqual([
      { deviceId: 'pos-1', merchantId: 'm-1', merchantName: '老王面馆', validFrom: day('2025-09-01'), validTo: null },
      {
        deviceId: 'pos-2',
        merchantId: 'm-2',
        merchantName: '川味小炒',
        validFrom: day('2025-09-01'),
        validTo: day('2026-07-01'),
      },
    ]);
  });

  test.each<[string, string[], Record<string, number>, number]>([
    ['says nothing new', ['pos-1|宜宾|三食堂|一楼|sw-1/sw-2; power=ups-1|7|m-1|老王面馆|2025-09-01'], {}, 1],
    ['empty cells leave things as they are', ['pos-1'], {}, 1],
    ['a place moves', ['pos-1|宜宾|三食堂|三楼'], { changed: 1 }, 0],
    ['a place is emptied', ['pos-1|无'], { removed: 1 }, 0],
    ['ways are emptied, the port stays', ['pos-1||||none'], { changed: 1 }, 0],
    ['ways and port are emptied', ['pos-1||||无|无'], { removed: 1 }, 0],
    ['a new merchant ends the one before', ['pos-1||||||m-9|新店|2026-12-01'], { added: 1, ended: 1 }, 0],
    ['after an end nothing is ended', ['pos-2||||||m-9|新店|2026-07-01'], { added: 1 }, 0],
    ['a merchant before all others lasts until them', ['pos-2||||||m-0|旧店|2024-09-01'], { added: 1 }, 0],
    ['a name is put right', ['pos-1||||||m-1|老王牛肉面|2025-09-01'], { changed: 1 }, 0],
    ['an end is set', ['pos-1||||||m-1|老王面馆|2025-09-01|2026-12-31'], { ended: 1 }, 0],
    ['an end is lifted', ['pos-2||||||m-2|川味小炒|2025-09-01|无'], { changed: 1 }, 0],
    [
      'two rows of one device',
      ['pos-3|宜宾|||sw-3||m-1|甲|2026-01-01|2026-05-31', 'pos-3||||||m-2|乙|2026-06-01'],
      { added: 4 },
      0,
    ],
  ])('%s', (_, lines, counts, unchangedRows) => {
    const seen = see(base, ...lines);
    expect(seen.errors).toEqual([]);
    expect(seen.counts).toEqual({ added: 0, changed: 0, ended: 0, removed: 0, ...counts });
    expect(seen.unchangedRows).toBe(unchangedRows);
  });

  test('history stays with the old merchant', () => {
    const moved = imported(base, 'pos-1||||||m-9|新店|2026-12-01');
    const who = (at: string) => merchantAt(moved.bindings, 'pos-1', day(at))?.merchantId ?? null;
    expect(['2025-08-31', '2025-09-01', '2026-11-30', '2026-12-01', '2030-01-01'].map(who)).toEqual([
      null,
      'm-1',
      'm-1',
      'm-9',
      'm-9',
    ]);
  });

  test('a first day in the past is marked', () => {
    const backdated = (from: string) => see(base, `pos-3||||||m-9|新店|${from}`).changes.map((change) => change.backdated);
    expect([backdated('2026-11-22'), backdated('2026-11-23')]).toEqual([[true], [false]]);
  });
});

describe('faults are told by row, column, value and what would be right', () => {
  test.each<[string, string[], [number, string, string, string, string][]]>([
    ['no device', ['|宜宾'], [[2, 'deviceId', '', 'required', '']]],
    ['no id', ['POS 1'], [[2, 'deviceId', 'POS 1', 'badDeviceId', 'yb-b3-bath-07']]],
    ['a near id', ['', 'pos-9'], [[3, 'deviceId', 'pos-9', 'unknownDevice', 'pos-1, pos-2, pos-3']]],
    ['a near parent', ['pos-1||||sw-9/sw-1'], [[2, 'upstream', 'sw-9', 'unknownParent', 'sw-1, sw-2, sw-3']]],
    ['ways unread', ['pos-1||||sw 1,sw 2'], [[2, 'upstream', 'sw 1,sw 2', 'badUpstream', 'sw-1|sw-2; ups-1']]],
    ['a gap in the place', ['pos-1|宜宾||一楼'], [[2, 'area', '一楼', 'gapInPlace', '']]],
    ['too long', [`pos-1|${'长'.repeat(65)}`], [[2, 'campus', '长'.repeat(65), 'tooLong', '64']]],
    ['half a merchant', ['pos-1||||||m-3'], [[2, 'merchantId', 'm-3', 'merchantIncomplete', '商户名称、生效日期']]],
    ['no date', ['pos-3||||||m-3|丙|2026-02-30'], [[2, 'validFrom', '2026-02-30', 'badDate', '2026-09-01']]],
    ['no end', ['pos-3||||||m-3|丙|2026-02-03|下周'], [[2, 'validThrough', '下周', 'badDate', '2026-09-01']]],
    [
      'an end too early',
      ['pos-3||||||m-3|丙|2026-02-03|2026-02-02'],
      [[2, 'validThrough', '2026-02-02', 'endBeforeStart', '2026-02-03']],
    ],
    [
      'two of one day',
      ['pos-3||||||m-3|丙|2026-02-03', 'pos-3||||||m-4|丁|2026-02-03'],
      [[3, 'validFrom', '2026-02-03', 'doubleRow', '2']],
    ],
    ['history', ['pos-1||||||m-3|丙|2025-09-01'], [[2, 'merchantId', 'm-3', 'historyFixed', 'm-1 老王面馆']]],
    [
      'inside a closed range',
      ['pos-2||||||m-3|丙|2026-01-01'],
      [[2, 'validFrom', '2026-01-01', 'overlap', 'm-2 川味小炒 2025-09-01 - 2026-06-30']],
    ],
    [
      'beyond the next',
      ['pos-1||||||m-3|丙|2025-01-01|2025-12-31'],
      [[2, 'validFrom', '2025-01-01', 'overlap', 'm-1 老王面馆 2025-09-01 - …']],
    ],
    ['rows that differ', ['pos-3|宜宾', 'pos-3|翠屏'], [[3, 'campus', '翠屏', 'contradicts', '宜宾']]],
    ['a ring', ['core-1||||sw-1'], [[2, 'upstream', 'core-1', 'cycle', 'sw-1 → core-1 → sw-1']]],
    [
      'a ring beside another fault',
      ['pos-9', 'pos-3||||pos-3'],
      [
        [2, 'deviceId', 'pos-9', 'unknownDevice', 'pos-1, pos-2, pos-3'],
        [3, 'upstream', 'pos-3', 'cycle', 'pos-3 → pos-3'],
      ],
    ],
    ['itself', ['pos-3||||pos-3'], [[2, 'upstream', 'pos-3', 'cycle', 'pos-3 → pos-3']]],
    [
      'two faults of one row',
      ['pos-9|宜宾||一楼'],
      [
        [2, 'deviceId', 'pos-9', 'unknownDevice', 'pos-1, pos-2, pos-3'],
        [2, 'area', '一楼', 'gapInPlace', ''],
      ],
    ],
  ])('%s', (_, lines, expected) => {
    const { errors, plan } = see(base, ...lines);
    const told = errors.map(({ row, column, value, code, right }) => [row, column, value, code, right]);
    expect(told).toEqual(expected);
    expect(plan).toBeNull();
  });

  test.each<[string, string[], string[]]>([
    ['no device column', ['端口'], ['missingColumn']],
    ['an unknown column', ['Device', '颜色'], ['unknownColumn']],
    ['twice', ['Device', '设备编号'], ['doubleColumn']],
    ['any case and language', ['DEVICE', 'valid_from', 'merchant no'], []],
  ])('header: %s', (_, names, codes) => {
    const { errors } = preview({ header: names, rows: [] }, { register: base, known }, now);
    expect(errors.map(({ code }) => code)).toEqual(codes);
  });

  test('at most 20,000 rows, at most 500 faults listed, all counted', () => {
    const blank = (count: number) =>
      preview({ header, rows: Array.from({ length: count }, () => ['']) }, { register: base, known }, now);
    expect(blank(registerRowsMax).errorCount).toBe(0);
    expect(blank(registerRowsMax + 1).errors.map(({ code }) => code)).toEqual(['tooManyRows']);
    const wrong = see(base, ...Array.from({ length: errorsListedMax + 1 }, () => 'zzzzzzzzzz'));
    expect([wrong.errors.length, wrong.errorCount]).toEqual([errorsListedMax, errorsListedMax + 1]);
    const near = see(base, ...Array.from({ length: nearestMax + 1 }, () => 'pos-9')).errors;
    expect(near.filter(({ right }) => right !== '')).toHaveLength(nearestMax);
  });

  test('every code has words of both languages, with the same gaps', () => {
    for (const code of rowErrorCodes) {
      expect(registerWordsZh[code].includes('{right}'), code).toBe(registerWordsEn[code].includes('{right}'));
      const error = { row: 2, column: 'deviceId', value: 'v$&', code, right: 'r$&' };
      for (const language of ['zh', 'en'] as const) expect(sayRowError(error, language)).not.toMatch(/[{}]/);
    }
    expect(rowErrorCodes).toHaveLength(Object.keys(registerWordsEn).length);
  });
});

describe('apply and rollback', () => {
  const lines = ['pos-1|无|||无|无|m-9|新店|2026-12-01', 'pos-3|宜宾|||sw-3'];

  test('a rollback gives back what was, to the letter', () => {
    const { plan } = see(base, ...lines);
    const applied = applyPlan(base, plan ?? [], known);
    if (!applied.ok) throw new Error(applied.error.kind);
    expect(applied.value.register).not.toEqual(base);
    expect(applyPlan(applied.value.register, applied.value.rollback, known)).toMatchObject({
      ok: true,
      value: { register: base, rollback: plan },
    });
  });

  test('what somebody else changed in between is not written over', () => {
    const { plan } = see(base, ...lines);
    const other = imported(base, 'pos-1|宜宾|三食堂|三楼');
    expect(applyPlan(other, plan ?? [], known)).toEqual({ ok: false, error: { kind: 'changedSince', keys: ['pos-1'] } });
  });

  test('a plan that closes a ring or overlaps is refused whole', () => {
    const node = (deviceId: string, parent: string): TopologyNode => ({
      deviceId: id(deviceId),
      upstream: [{ name: '', parents: [id(parent)] }],
      port: null,
      source: 'person',
    });
    const ring = applyPlan(
      emptyRegister,
      [
        { table: 'topology', key: 'sw-1', before: null, after: node('sw-1', 'sw-2') },
        { table: 'topology', key: 'sw-2', before: null, after: node('sw-2', 'sw-1') },
      ],
      known,
    );
    expect(ring).toMatchObject({ ok: false, error: { kind: 'graph', why: { kind: 'cycle' } } });
    const second: MerchantBinding = { deviceId: id('pos-1'), merchantId: 'm', merchantName: 'm', validFrom: now, validTo: null };
    const both = applyPlan(base, [{ table: 'bindings', key: `pos-1@${now}`, before: null, after: second }], known);
    expect(both).toEqual({ ok: false, error: { kind: 'overlap', keys: [`pos-1@${now}`] } });
  });
});

test('what is exported is read back without a change, in both languages', () => {
  let bindings = 0;
  for (let seed = 1; seed <= 60; seed++) {
    const register = randomRegister(new SeededRandom(seed));
    bindings += register.bindings.length;
    for (const language of ['zh', 'en'] as const) {
      const seen = preview(exportRows(register, known, language), { register, known }, now);
      expect(seen.errors, `seed ${seed}`).toEqual([]);
      expect(seen.plan, `seed ${seed}`).toEqual([]);
    }
    const whole = preview(exportRows(register, known, 'zh'), { register: emptyRegister, known }, now);
    const applied = applyPlan(emptyRegister, whole.plan ?? [], known);
    const sorted = (each: Register) => ({
      ...each,
      bindings: each.bindings.toSorted((a, b) => (a.deviceId + a.validFrom < b.deviceId + b.validFrom ? -1 : 1)),
    });
    expect(applied.ok && sorted(applied.value.register), `seed ${seed}`).toEqual(sorted(register));
  }
  expect(bindings).toBeGreaterThan(100);
});

function randomRegister(random: SeededRandom): Register {
  const leaves = ['pos-1', 'pos-2', 'pos-3'].map(id);
  const switches = ['sw-1', 'sw-2', 'sw-3', 'ups-1'].map(id);
  return {
    places: leaves
      .filter(() => chance(random, 0.7))
      .map((deviceId) => ({
        deviceId,
        area: ['宜宾', '三食堂', '一楼'].slice(0, intBetween(random, 1, 3)).join('/'),
        zone: chance(random, 0.4) ? '东区' : null,
        cluster: chance(random, 0.4) ? 'edge-1' : null,
      })),
    topology: leaves.map((deviceId) => ({
      deviceId,
      upstream: Array.from({ length: intBetween(random, 1, 3) }, (_, index) => ({
        name: chance(random, 0.3) ? `g${index}` : '',
        parents: [...new Set([pick(random, switches), pick(random, switches)])],
      })),
      port: chance(random, 0.5) ? String(intBetween(random, 1, 28)) : null,
      source: 'person',
    })),
    bindings: leaves.flatMap((deviceId) => {
      let at = day('2025-01-01') as number;
      const count = intBetween(random, 0, 4);
      return Array.from({ length: count }, (_, index): MerchantBinding => {
        const validFrom = at + (chance(random, 0.5) ? 0 : intBetween(random, 1, 5_000_000_000));
        const validTo = index === count - 1 && chance(random, 0.7) ? null : validFrom + intBetween(random, 1, 5_000_000_000);
        at = validTo ?? validFrom;
        return { deviceId, merchantId: `m-${index}`, merchantName: `商户${index}`, validFrom, validTo };
      });
    }),
  };
}

test.each([
  ['2026-9-1', '2026-09-01'],
  ['2026/09/01', '2026-09-01'],
  ['2026年9月1日', '2026-09-01'],
  ['2026-09-01 08:30', '2026-09-01 08:30'],
  ['2026-09-01T08:30:01.250', '2026-09-01 08:30:01.250'],
])('%s is %s', (text, shown) => {
  expect(dayText(day(text))).toBe(shown);
});

test.each(['sw-1', 'sw-1|sw-2', 'a=sw-1; b=sw-2|sw-3', '供电=ups-1'])('ways %s are written as they are read', (text) => {
  expect(upstreamText(upstreamOf(text) ?? [])).toBe(text);
  expect(upstreamOf(text.replaceAll(';', '；').replaceAll('|', '｜'))).toEqual(upstreamOf(text));
});
