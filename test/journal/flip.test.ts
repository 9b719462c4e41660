/** Two segments of 4 KiB; 64 KiB: `node test/journal/crash-run.ts --images 0 --flips 64`. */
import { describe, expect, test } from 'vitest';
import { flipAll, journalOf } from './flips.ts';

const firstSegment = 'money/1-00000000000000000001.seg';

describe('one flipped bit', () => {
  test.each([
    ['in the segment that is written', false],
    ['in a sealed segment', true],
  ])(
    '%s: at most its own record is lost, the loss is declared, nothing is invented',
    async (_where, more) => {
      const journal = await journalOf(4_096, 2, more);
      expect(journal.count).toBeGreaterThan(10);
      const { flips, lostOne } = await flipAll(journal, [firstSegment]);
      expect(flips).toBeGreaterThan(30_000);
      expect(lostOne).toBeGreaterThan(flips * 0.8);
    },
    240_000,
  );
});
