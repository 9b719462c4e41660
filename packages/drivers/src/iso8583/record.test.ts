import { epochFromShanghai, epochMs } from '@cardwatch/kernel';
import { describe, expect, test } from 'vitest';
import { baseCoding } from './elements.core.ts';
import { type Message, encodeBody, parseBody } from './message.core.ts';
import { Dialect } from './model.ts';
import { terminalTime } from './moment.core.ts';
import { batchInLife, batchToHandOut, isUntouched, lifeOf, moneyRecord, recordNoOf } from './record.core.ts';

const at = (text: string) => {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = text.split(/\D/).map(Number);
  return epochFromShanghai({ year, month, day, hour, minute, second }) ?? epochMs(0);
};
const now = at('2026-11-23 12:00:00');
const known = { terminal: 'CT000017', merchant: undefined };

function message(mti: string, fields: Readonly<Record<number, string>>): Message {
  const all = new Map(Object.entries(fields).map(([element, value]) => [Number(element), value]));
  const parsed = parseBody(encodeBody(mti, all, baseCoding), baseCoding);
  if (!parsed.ok) throw new Error(parsed.error.reason);
  return parsed.value;
}

const sale = { 2: '6225000000000014', 3: '000000', 4: '000000001250', 11: '000318', 41: 'CT000017', 60: '22000045000' };

describe('numbers', () => {
  test.each([
    // batch, trace, reversal -> life, number
    [0, 1, false, 1, 2],
    [1, 1, false, 1, 2_000_002],
    [1, 1, true, 1, 2_000_003],
    [45, 999_999, true, 1, 91_999_999],
    [2_146, 999_999, true, 1, 4_293_999_999],
    [2_147, 0, false, 2, 0],
    [999_999, 999_999, true, 466, 3_289_999_999],
  ] as const)('batch %i, trace %i, reversal %s: life %i, number %i', (batch, trace, reversal, life, recordNo) => {
    expect({ life: lifeOf(batch), recordNo: recordNoOf({ batch, trace, reversal }) }).toEqual({ life, recordNo });
    expect(recordNo).toBeLessThan(2 ** 32);
    expect(batchInLife(recordNo)).toBe(batch % 2_147);
  });

  test('a repetition with another MAC, time of transmission and track is the same bytes', () => {
    const first = moneyRecord(message('0220', { ...sale, 7: '1123120000', 64: '0'.repeat(16) }), Dialect.parse({}), known, now);
    const again = moneyRecord(message('0221', { ...sale, 7: '1123130000', 64: 'F'.repeat(16) }), Dialect.parse({}), known, now);
    expect(again.recordNo).toBe(first.recordNo);
    expect([...again.record.raw]).toEqual([...first.record.raw]);
    expect(again.checksum).toBe(first.checksum);
  });

  test('the card is taken from a track where DE 2 is missing, and the track is blanked', () => {
    const { 2: _, ...rest } = sale;
    const money = moneyRecord(
      message('0200', { ...rest, 35: '6225000000000014D2612', 52: 'A1B2C3D4E5F60718', 55: '5713622500000000' }),
      Dialect.parse({}),
      known,
      now,
    );
    expect(money.cardNo).toBe('6225000000000014');
    const kept = Buffer.from(money.record.raw).toString('hex').toUpperCase();
    for (const secret of ['6225000000000014', 'A1B2C3D4E5F60718', '5713622500']) expect(kept).not.toContain(secret);
  });
});

describe('the batch that is handed out at sign-on', () => {
  const held = (batch: number, trace: number, generation = lifeOf(batch)) => ({
    generation,
    lastRecordNo: recordNoOf({ batch, trace, reversal: false }),
  });
  test.each([
    // terminal's batch and trace, what is held -> batch
    ['nothing is known of it', 1, 1, undefined, undefined],
    ['it goes on', 45, 319, held(45, 318), undefined],
    ['it began a batch', 46, 320, held(45, 318), undefined],
    ['its trace began anew in the same batch', 45, 1, held(45, 318), 46],
    ['another board', 1, 1, held(45, 318), 46],
    ['it went into its second life', 2_147, 7, held(2_146, 6), undefined],
    ['another board, in the second life', 1, 1, held(2_200, 5), 54],
    ['the end of a life leaves no room', 1, 1, held(2_146, 9), undefined],
    ['the generation ran ahead of the life, its batch is good', 54, 9, held(53, 5, 7), undefined],
  ] as const)('%s', (_, batch, trace, before, wanted) => {
    const handed = batchToHandOut(batch, trace, before);
    expect(handed).toBe(wanted);
    // Once is enough: what was handed out is good at the next sign-on.
    if (handed !== undefined) expect(batchToHandOut(handed, trace, before)).toBeUndefined();
  });

  test.each([
    [45, undefined, true],
    [45, held(44, 1), true],
    [45, held(45, 1), false],
    [2_147, held(2_146, 1), true],
    [2_147, held(2_147, 1), false],
  ] as const)('batch %i is untouched: %o %s', (batch, before, untouched) => {
    expect(isUntouched(batch, before)).toBe(untouched);
  });
});

describe('the year of a terminal time is the nearest', () => {
  test.each([
    // received, time, date -> text
    ['2026-11-23 12:00:00', '115900', '1123', '2026-11-23 11:59:00'],
    ['2027-01-01 00:00:10', '235959', '1231', '2026-12-31 23:59:59'],
    ['2026-12-31 23:59:50', '000005', '0101', '2027-01-01 00:00:05'],
    ['2028-03-01 00:00:00', '120000', '0229', '2028-02-29 12:00:00'],
    ['2026-03-01 00:00:00', '120000', '0229', '0229120000'],
    ['2026-11-23 12:00:00', '250000', '1123', '1123250000'],
    ['2026-11-23 12:00:00', '000000', '0000', '0000000000'],
  ])('%s: %s %s is %s', (received, time, date, text) => {
    expect(terminalTime(time, date, at(received))?.text).toBe(text);
  });
});
