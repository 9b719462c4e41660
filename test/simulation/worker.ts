/** A process of its own for a share of the seeds: `worker.ts <first> <step> <count> <events> <mode> [plant]`; one report a line on standard output. */
import { writeSync } from 'node:fs';
import { findPlant } from './plant/catalogue.ts';
import { plantBug } from './plant/hook.ts';
import { modeOf } from './seeds.ts';

const [first = 1, step = 1, count = 1, events = 1] = process.argv.slice(2, 6).map(Number);
const [wanted = 'both', plantName] = process.argv.slice(6);

const planted = plantName === undefined ? undefined : plantBug(findPlant(plantName));
const { runSeed } = await import('./run-seed.ts');
if (planted !== undefined && planted.times() !== 1) throw new Error(`${plantName}: its file was loaded ${planted.times()} times`);

let rejected: unknown;
process.on('unhandledRejection', (cause) => {
  rejected = cause;
});

for (let i = 0; i < count; i++) {
  const seed = first + i * step;
  const report = await runSeed({ seed, events, mode: modeOf(wanted, seed) });
  const bugs =
    rejected === undefined ? [] : [{ invariant: 'bug', detail: `unhandled: ${describe(rejected)}`, event: report.events }];
  rejected = undefined;
  writeSync(1, `${JSON.stringify({ ...report, violations: [...report.violations, ...bugs] })}\n`);
  if (plantName !== undefined && report.violations.length > 0) break;
}

function describe(cause: unknown): string {
  return cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
}
