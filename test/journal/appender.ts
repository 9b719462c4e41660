/** Child process of real-disk.test.ts: appends for ever and says what was confirmed, one line `<seq> <text>` each. */
import { randomUUID } from 'node:crypto';
import { writeSync } from 'node:fs';
import { realDisk } from '@cardwatch/agent/disk';
import { openJournal } from '@cardwatch/agent/journal';
import { silentLogger } from '@cardwatch/kernel';
import { agent, epoch1, hasher, line, uuid1 } from './harness.ts';
import { machineClock } from './machine-clock.ts';

const [folder = '', most = '1000000'] = process.argv.slice(2);
const journal = await openJournal({
  disk: realDisk(folder),
  clock: machineClock,
  hasher,
  log: silentLogger,
  agent,
  limits: { segmentBytes: 64 * 1024, ballastShare: 0, commit: quickly(), probe: { baseMs: 20, capMs: 50 } },
  budgetBytes: 1 << 28,
});
if (journal.epoch() === undefined) await journal.openEpoch(epoch1, uuid1);
writeSync(1, 'ready\n');
let left = Number(most);
const caller = async (): Promise<void> => {
  while (left-- > 0) {
    const texts = Array.from({ length: 1 + (left % 5) }, () => randomUUID());
    const appended = await journal.append('money', texts.map(line));
    if (!appended.ok) await new Promise((resolve) => setTimeout(resolve, 10));
    else writeSync(1, texts.map((text, index) => `${appended.value.firstSeq + index} ${text}\n`).join(''));
  }
};
await Promise.all([caller(), caller(), caller(), caller()]);
await journal.close();

function quickly() {
  const rule = { records: 64, bytes: 64 * 1024, delayMs: 0, syncDelayMs: 0 };
  return { money: rule, event: rule, health: rule };
}
