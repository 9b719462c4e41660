/** A process that runs what it is told, one line of JSON each, with or without a bug in it: `worker.ts [plant]`. */
import { writeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { findPlant } from '../plant/catalogue.ts';
import { plantBug } from '../plant/hook.ts';
import { RunSpec } from './found.ts';

const plantName = process.argv[2];
const planted = plantName === undefined ? undefined : plantBug(findPlant(plantName));
const { runSeed } = await import('../run-seed.ts');
if (planted !== undefined && planted.times() !== 1) throw new Error(`${plantName}: its file was loaded ${planted.times()} times`);
process.on('unhandledRejection', () => {});

for await (const line of createInterface({ input: process.stdin })) {
  const report = await runSeed(RunSpec.parse(JSON.parse(line)));
  writeSync(1, `${JSON.stringify(report)}\n`);
}
