/** Response levels against a table made by hand: factors, score, level. */
import { readFileSync } from 'node:fs';
import { epochMs, minuteMs } from '@cardwatch/kernel';
import { describe, expect, test } from 'vitest';
import { type AssessmentFacts, assess } from '../../../packages/collector/src/core/incident/assess.core.ts';

interface Row {
  readonly name: string;
  readonly harm: AssessmentFacts['harm'];
  readonly affected: number;
  readonly expected: number;
  readonly untilPeakMin: number;
  readonly event: boolean;
  readonly vip: boolean;
  readonly hardRule: AssessmentFacts['hardRule'];
  readonly want: { readonly factors: string; readonly score: number; readonly level: number };
}
const rows = JSON.parse(readFileSync(new URL('response-levels.json', import.meta.url), 'utf8')) as readonly Row[];

describe('response levels', () => {
  test('there are as many cases as were written', () => expect(rows).toHaveLength(26));

  test.each(rows)('$name', (row) => {
    const facts: AssessmentFacts = {
      harm: row.harm,
      affectedUsers: row.affected,
      expectedUsers: row.expected,
      untilPeakMs: row.untilPeakMin * minuteMs,
      importantEvent: row.event,
      vip: row.vip,
      hardRule: row.hardRule,
    };
    const found = assess(facts, 'watch', epochMs(0));
    const factors = [found.severity, found.scope, found.urgency, found.bump].join('-');
    expect({ factors, score: found.score, level: found.level }).toEqual(row.want);
  });
});
