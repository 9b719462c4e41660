/** `node test/fuzz/decoders.ts --inputs 1000000 [--only isapi] [--seed 7]`: all decoders of the registry, or one. Exit code 1: a crash, or an input over 50 ms. */
import { parseArgs } from 'node:util';
import { decoders } from '@cardwatch/drivers';
import { type FuzzReport, fuzzDecoder, slowMs } from './fuzz.ts';

const { values } = parseArgs({
  options: {
    inputs: { type: 'string', default: '20000' },
    only: { type: 'string', multiple: true },
    seed: { type: 'string', default: '20261123' },
  },
});

const inputs = Number(values.inputs);
const seed = Number(values.seed);
if (!Number.isInteger(inputs) || inputs < 1 || !Number.isInteger(seed)) throw new Error('--inputs and --seed take whole numbers');

const reports: FuzzReport[] = [];
for (const name of values.only ?? decoders.keys()) {
  const report = await fuzzDecoder(name, inputs, seed);
  reports.push(report);
  console.log(
    `${name}: ${report.inputs} inputs from ${report.seeds} seeds, ${report.perSecond}/s, slowest ${report.slowestMs.toFixed(1)} ms, ` +
      `${report.crashes.length} crashes, ${report.invented} of ${report.garbage} pieces of garbage read as a frame`,
  );
  for (const crash of report.crashes) console.log(`  ${crash}`);
}

const bad = reports.filter(({ crashes, slowestMs }) => crashes.length > 0 || slowestMs > slowMs);
console.log(`${reports.length} decoders, ${bad.length} with a crash or an input over ${slowMs} ms`);
process.exitCode = bad.length > 0 ? 1 : 0;
