/** `pnpm bench [journal|ingest|line|isolation|backlog|memory|mixed|shared-line|points|watch-cause|onvif-hostile|watch-tick|watch-whole|console|herd|boot|soak …] [--minutes 30]`: without a name all but the last three. Figures are ratios against a limit measured in the same run. */
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { benchBacklog } from './backlog.ts';
import { printBoot, usualBoot } from './boot.ts';
import { printConsole } from './console.ts';
import { printHerd, usualHerd } from './herd.ts';
import { benchIngest } from './ingest.ts';
import { benchIsolation } from './isolation.ts';
import { benchJournal } from './journal.ts';
import { describeLineUtilisation, measureLineUtilisation } from './line-utilisation.ts';
import { benchMemory } from './memory.ts';
import { benchMixed } from './mixed.ts';
import { benchOnvifHostile } from './onvif-hostile.ts';
import { benchPoints } from './points.ts';
import { benchSharedLine } from './shared-line.ts';
import { printSoak, usualSoak } from './soak.ts';
import { benchWatchCause } from './watch-cause.ts';
import { benchWatchTick } from './watch-tick.ts';
import { printWatchWhole } from './watch-whole.ts';

const { values, positionals: wanted } = parseArgs({
  args: process.argv.slice(2).filter((word) => word !== '--'),
  options: { minutes: { type: 'string' } },
  allowPositionals: true,
});
/** Of `console`: how long the screen stands. Of `soak`: how long the load lasts, a third of it to warm up. */
const minutes = values.minutes === undefined ? undefined : Number(values.minutes);

const benches: Readonly<Record<string, () => Promise<void>>> = {
  journal: async () => {
    await benchJournal();
  },
  ingest: async () => {
    await benchIngest();
  },
  line: async () => console.log(describeLineUtilisation(await measureLineUtilisation())),
  isolation: async () => console.table(await benchIsolation()),
  backlog: async () => console.log(await benchBacklog()),
  memory: async () => console.table(await benchMemory()),
  'shared-line': async () => console.table(await benchSharedLine()),
  mixed: async () => console.log(await benchMixed()),
  'onvif-hostile': async () => {
    const seen = await benchOnvifHostile();
    console.log(seen);
    if (seen.worstChangePct >= 10 || seen.socketsLeft > 0) process.exitCode = 1;
  },
  points: async () => console.table(await benchPoints()),
  'watch-cause': async () => console.table(benchWatchCause()),
  'watch-tick': async () => console.table(benchWatchTick()),
  'watch-whole': printWatchWhole,
  console: () => printConsole(minutes),
  herd: () => printHerd(usualHerd),
  boot: () => printBoot(usualBoot),
  soak: () => printSoak(minutes === undefined ? usualSoak : { ...usualSoak, minutes, warmUpMinutes: minutes / 3 }),
};
/** Many minutes each, with 500 agents, gigabytes of journal and millions of records: run by name alone. */
const byNameAlone: ReadonlySet<string> = new Set(['herd', 'boot', 'soak']);

const unknown = wanted.filter((name) => !(name in benches));
if (unknown.length > 0) {
  console.error(`no bench ${unknown.join(', ')}; there are ${Object.keys(benches).join(', ')}`);
  process.exit(1);
}
console.log(`Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model ?? 'unknown processor'}, ${process.platform}`);
for (const name of wanted.length > 0 ? wanted : Object.keys(benches).filter((one) => !byNameAlone.has(one))) {
  console.log(`\n== ${name}`);
  await benches[name]?.();
}
