/**
 * Plants every bug of the catalogue in turn and runs seeds from 1 on until it is found. Ends with 1 when one is not found within its time. `--keep` notes
 * the seed that found it in plant/seeds.json, for `planted.test.ts`.
 */
import { availableParallelism } from 'node:os';
import { Command } from 'commander';
import { type Found, huntFor } from './hunt.ts';
import { plants } from './plant/catalogue.ts';
import { openPlants } from './plant/open.ts';
import { keepSeeds } from './plant/seeds.ts';

const options = new Command('planted')
  .option('--only <names>', 'comma separated names')
  .option('--seconds <number>', 'processor time for one bug', '300')
  .option('--events <number>', 'events a seed', '8000')
  .option('--processes <count>', 'hunts at the same time', String(availableParallelism()))
  .option('--open', 'those of plant/open.ts instead')
  .option('--keep', 'notes the seeds')
  .parse()
  .opts<{ only?: string; seconds: string; events: string; processes: string; open?: true; keep?: true }>();

const wanted = (options.open === true ? openPlants : plants).filter(
  ({ name }) => options.only === undefined || options.only.split(',').includes(name),
);
const events = Number(options.events);
const results: Found[] = [];
const queue = [...wanted];

async function hunter(): Promise<void> {
  for (let plant = queue.shift(); plant !== undefined; plant = queue.shift()) {
    const found = await huntFor(plant, { seconds: Number(options.seconds), events });
    results.push(found);
    const { report, cpuS, seeds } = found;
    const first = report?.violations[0];
    const verdict =
      first === undefined ? 'NOT FOUND' : `${first.invariant} in ${plant.mode} seed ${report?.seed} at event ${first.event}`;
    console.log(
      `${plant.name.padEnd(32)} ${verdict}, ${seeds} seeds, ${cpuS.toFixed(1)} s: ${first?.detail.slice(0, 120) ?? plant.story}`,
    );
    if (options.keep !== true || report === undefined || first === undefined) continue;
    // What shows while faults strike shows again in a run that ends there.
    keepSeeds([{ name: plant.name, seed: report.seed, events: Math.min(events, first.event), cpuS: Number(cpuS.toFixed(1)) }]);
  }
}

await Promise.all(Array.from({ length: Number(options.processes) }, hunter));
const missed = results.filter(({ report }) => report === undefined);
console.log(`${results.length - missed.length} of ${results.length} planted bugs found`);
for (const { plant } of missed) console.log(`not found: ${plant.name}`);
process.exitCode = missed.length === 0 ? 0 : 1;
