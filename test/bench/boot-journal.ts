/** Child of the boot bench: fills a journal until it is killed, or opens one and says how long that took. */
import { openJournal } from '@cardwatch/agent/journal';
import { realDisk } from '@cardwatch/agent/disk';
import { hasher } from '@cardwatch/agent/hasher';
import { AgentId, EpochNo } from '@cardwatch/contracts';
import { silentLogger } from '@cardwatch/kernel';
import { systemClock } from '../../packages/agent/src/shell/clock.ts';
import { benchLine, usualPace } from './ingest-batches.ts';

export type BootOrder =
  | { readonly kind: 'fill'; readonly folder: string; readonly bytes: number }
  | { readonly kind: 'open'; readonly folder: string };
export type BootSays = { readonly ms: number; readonly cpuMs: number; readonly last: number; readonly bytes: number };

const agent = AgentId.parse('bench-1');
const linesPerAppend = 512;
const open = (folder: string): ReturnType<typeof openJournal> =>
  openJournal({ disk: realDisk(folder), clock: systemClock, hasher, log: silentLogger, agent, budgetBytes: 8 * 1024 ** 3 });

/** Goes on appending after it has told that there is enough: the kill comes in the middle of a write. */
async function fill(folder: string, bytes: number): Promise<void> {
  const journal = await open(folder);
  await journal.openEpoch(EpochNo.parse(1), '00000000-0000-4000-8000-000000000001');
  const plan = { agent, devices: 32, startAt: Date.now() - 86_400_000, ...usualPace };
  let isTold = false;
  for (let at = 0; ; at += linesPerAppend) {
    const appended = await journal.append(
      'money',
      Array.from({ length: linesPerAppend }, (_, i) => benchLine(plan, at + i)),
    );
    if (!appended.ok) throw new Error(`append: ${appended.error.kind}`);
    const held = at % (linesPerAppend * 64) === 0 ? journal.states('money').reduce((sum, state) => sum + state.bytes, 0) : 0;
    if (held < bytes || isTold) continue;
    isTold = true;
    process.send?.({ ms: 0, cpuMs: 0, last: at + linesPerAppend, bytes: held } satisfies BootSays);
  }
}

async function start(folder: string): Promise<void> {
  const [begun, cpu] = [performance.now(), process.cpuUsage()];
  const journal = await open(folder);
  const ms = performance.now() - begun;
  const used = process.cpuUsage(cpu);
  const [state] = journal.states('money');
  process.send?.({
    ms,
    cpuMs: (used.user + used.system) / 1_000,
    last: state?.last ?? 0,
    bytes: state?.bytes ?? 0,
  } satisfies BootSays);
  await journal.close();
  process.disconnect();
}

process.once(
  'message',
  (order: BootOrder) => void (order.kind === 'fill' ? fill(order.folder, order.bytes) : start(order.folder)),
);
process.once('disconnect', () => process.exit(0));
