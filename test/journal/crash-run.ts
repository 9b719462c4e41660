/** Crash images and bit flips in quantity: `node test/journal/crash-run.ts --images 1000000 --seed 1 --flips 64`. Ends with 1 when one recovery failed. */
import { Command } from 'commander';
import { huntCrashes } from './crash-hunt.ts';
import { flipAll, journalOf } from './flips.ts';

const options = new Command('crash-run')
  .option('--images <count>', 'crash images', '50000')
  .option('--seed <number>', 'first run', '1')
  .option('--flips <kibibytes>', 'flips every bit of a journal of this size', '0')
  .parse()
  .opts<{ readonly images: string; readonly seed: string; readonly flips: string }>();

const started = process.cpuUsage();
const cpuS = (): string => {
  const { user, system } = process.cpuUsage(started);
  return ((user + system) / 1_000_000).toFixed(0);
};
const tellEvery = 50_000;
const flipSegmentBytes = 8_192;

if (Number(options.images) > 0) await crash(Number(options.images), Number(options.seed));
if (Number(options.flips) > 0) await flip(Number(options.flips) * 1_024);

async function crash(wanted: number, seed: number): Promise<void> {
  let tellAt = tellEvery;
  const tally = await huntCrashes({ seed, images: wanted }, ({ images, failures }) => {
    if (images < tellAt) return;
    tellAt = images + tellEvery;
    console.error(`${images} images, ${failures.length} failed, ${cpuS()} s of processor time`);
  });
  const { runs, images, byteCuts, powerCuts, secondCrashes, recordsRead, holes, failures } = tally;
  console.log(
    `${images} crash images of ${runs} runs: killed at ${byteCuts} bytes, ${powerCuts} power cuts, ${secondCrashes} second crashes during recovery; ` +
      `${recordsRead} records read back, ${holes} holes told, ${failures.length} failed recoveries; ${cpuS()} s of processor time`,
  );
  for (const failure of failures) console.log(failure);
  if (failures.length > 0) process.exitCode = 1;
}

/** Segments of 8 KiB, the last one open, until there are as many bytes as wanted. */
async function flip(bytes: number): Promise<void> {
  const journal = await journalOf(flipSegmentBytes, Math.ceil(bytes / flipSegmentBytes) + 2, false);
  const { disk } = journal;
  const paths: string[] = [];
  for (let sum = 0; sum < bytes; ) {
    const path = disk.paths('money').at(-1 - paths.length);
    if (path === undefined) throw new Error(`only ${sum} bytes in ${paths.length} segments`);
    paths.push(path);
    sum += disk.bytesOf(path)?.length ?? 0;
  }
  const { flips, lostOne } = await flipAll(journal, paths, (done) => {
    if (done % tellEvery === 0) console.error(`${done} bits flipped, ${cpuS()} s of processor time`);
  });
  console.log(
    `${flips} bits flipped in ${paths.length} segments: ${lostOne} cost their own record, which was declared lost, none more; ${cpuS()} s of processor time`,
  );
}
