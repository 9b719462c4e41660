/** Plants every bug of the catalogue in turn and runs seeds until it is found. Ends with 1 when one is not found within its time. */
import { availableParallelism } from 'node:os';
import { Command } from 'commander';
import { type Found, huntFor } from './hunt.ts';
import { plants } from './plant/catalogue.ts';

const options = new Command('planted')
  .option('--only <names>', 'comma separated names')
  .option('--seconds <number>', 'time for one bug', '300')
  .option('--events <number>', 'events a seed', '8000')
  .parse()
  .opts<{ readonly only?: string; readonly seconds: string; readonly events: string }>();

const wanted = plants.filter(({ name }) => options.only === undefined || options.only.split(',').includes(name));
const results: Found[] = [];
const queue = [...wanted];

async function hunter(): Promise<void> {
  for (let plant = queue.shift(); plant !== undefined; plant = queue.shift()) {
    const found = await huntFor(plant, { seconds: Number(options.seconds), events: Number(options.events) });
    results.push(found);
    const { report, seconds, seeds } = found;
    const first = report?.violations[0];
    const verdict = first === undefined ? 'NOT FOUND' : `${first.invariant} in seed ${report?.seed} at event ${first.event}`;
    console.log(
      `${plant.name.padEnd(32)} ${verdict}, ${seeds} seeds, ${seconds.toFixed(1)} s: ${first?.detail.slice(0, 120) ?? plant.story}`,
    );
  }
}

await Promise.all(Array.from({ length: availableParallelism() }, hunter));
const missed = results.filter(({ report }) => report === undefined);
console.log(`${results.length - missed.length} of ${results.length} planted bugs found`);
process.exitCode = missed.length === 0 ? 0 : 1;
