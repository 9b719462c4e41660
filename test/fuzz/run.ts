/** `node test/fuzz/run.ts [--inputs N] [--only NAME]… [--seed 7] [--ledger FILE] [--grow]`: every target, or some. Ends with 1 when anything did not hold. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { crc32c, toHex } from '@cardwatch/kernel';
import { keep } from './corpus.ts';
import { Coverage } from './coverage.ts';
import { openLedger } from './ledger.ts';
import { type LoopReport, runTarget } from './loop.ts';
import { isOpen } from './open-findings.ts';
import type { Target } from './target.ts';

const { values } = parseArgs({
  options: {
    /** Of each target; left out: each one's share of a change's run. */
    inputs: { type: 'string' },
    only: { type: 'string', multiple: true },
    seed: { type: 'string', default: '20261123' },
    /** Blocks that are done, one a line; a run that was stopped goes on behind them. */
    ledger: { type: 'string' },
    /** Keeps the inputs that found new code in the corpus. */
    grow: { type: 'boolean', default: false },
    /** Where inputs are written that broke something. */
    broken: { type: 'string' },
    unguided: { type: 'boolean', default: false },
  },
});

const coverage = values.unguided ? undefined : new Coverage();
const { targets } = await import('./targets/index.ts');
const seed = Number(values.seed);
const wanted = values.inputs === undefined ? undefined : Number(values.inputs);
if (!Number.isInteger(seed) || (wanted !== undefined && (!Number.isInteger(wanted) || wanted < 1)))
  throw new Error('--inputs and --seed take whole numbers');
const unknown = (values.only ?? []).filter((name) => !targets.some((target) => target.name === name));
if (unknown.length > 0)
  throw new Error(`no target ${unknown.join(', ')}; there are ${targets.map(({ name }) => name).join(', ')}`);

/** Inputs between two lines of the ledger. */
const blockInputs = 200_000;
const ledger = openLedger(values.ledger);
let bad = 0;
let open = 0;
const startedMs = performance.now();
for (const target of targets) if (values.only === undefined || values.only.includes(target.name)) await all(target);
console.log(
  `in ${((performance.now() - startedMs) / 1_000).toFixed(0)} s: ${bad} findings, ${open} that are open (open-findings.ts)`,
);
process.exitCode = bad > 0 ? 1 : 0;

async function all(target: Target): Promise<void> {
  const inputs = wanted ?? target.perChange;
  const earlier: Uint8Array[] = [];
  for (let block = 0; block * blockInputs < inputs; block++) {
    if (ledger.has({ target: target.name, seed, block })) continue;
    const share = Math.min(blockInputs, inputs - block * blockInputs);
    const { broken } = values;
    const report = await runTarget(target, {
      inputs: share,
      seed: seed + block,
      coverage: earlier.length === 0 ? coverage : undefined,
      earlier,
      ...(broken === undefined ? {} : { broken }),
    });
    earlier.push(...report.found);
    tell(report);
    if (values.grow && report.found.length > 0) console.log(`  ${keep(target.name, report.found)} inputs kept`);
    const known = report.crashes.filter(({ what }) => isOpen(target.name, what)).length;
    open += known;
    bad += report.crashes.length - known;
    ledger.add({ target: target.name, seed, block, inputs: share, findings: report.crashes.length });
  }
}

function tell({ name, inputs, perSecond, slowestMs, found, crashes, said, rssMib }: LoopReport): void {
  console.log(
    `${name}: ${inputs} inputs, ${perSecond}/s, slowest ${slowestMs.toFixed(1)} ms, ${found.length} reached new code, peak ${rssMib} MiB` +
      `${said === '' ? '' : `, ${said}`}${crashes.length === 0 ? '' : `, ${crashes.length} FINDINGS`}`,
  );
  for (const { what, input } of crashes)
    console.log(`  ${what}\n    ${input.length} bytes: ${toHex(input).slice(0, 400)}${written(name, input)}`);
}

function written(name: string, input: Uint8Array): string {
  if (values.broken === undefined) return '';
  const file = join(values.broken, `${name}-${crc32c(input).toString(16)}.bin`);
  mkdirSync(values.broken, { recursive: true });
  writeFileSync(file, input);
  return `\n    ${file}`;
}
