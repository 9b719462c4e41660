import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { openSqliteWatch } from '@cardwatch/collector/store';

/** Rules that measure people by the clock. */
const restingRules = ['impossibleSequence', 'frequencyCard', 'offHours'] as const;

/** Where campus time runs faster than clocks, everybody walks and eats too fast, and lunch is at any hour: the rules about it are switched off, as a person would do it, once. */
export async function restFastRules(collectorFolder: string, now: number): Promise<void> {
  mkdirSync(collectorFolder, { recursive: true, mode: 0o700 });
  const store = openSqliteWatch(join(collectorFolder, 'watch.db'));
  try {
    for (const rule of restingRules) {
      if ((await store.ruleVersions(rule)).length > 0) continue;
      await store.saveRule({
        rule,
        enabled: false,
        timing: { raiseAfterMs: 0, clearAfterMs: 0, nOfM: null },
        params: {},
        author: 'npm start',
        reason: '模拟校区的时间快于时钟 · campus time runs faster than clocks',
        basis: 'manual',
        savedAt: now,
      });
    }
  } finally {
    await store.close();
  }
}
