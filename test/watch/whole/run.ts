/** `node test/watch/whole/run.ts --kills 200 [--seed 7] [--slow 2]`: as many deaths of the watch in a storm as one likes; `--slow` for a machine that is busy. Ends with 1 when somebody was not told. */
import { parseArgs } from 'node:util';
import { runKills } from './kills.ts';

const number = (value: string) => ({ type: 'string', default: value }) as const;
const { values } = parseArgs({ options: { kills: number('200'), seed: number('7'), slow: number('') } });
const { kills, seed, slow } = values;
const { problems, counts, ...rest } = await runKills({
  kills: Number(kills),
  seed: Number(seed),
  ...(slow === '' ? {} : { slow: Number(slow) }),
});
console.table({ ...counts, ...rest });
for (const problem of problems.slice(0, 40)) console.log(problem);
console.log(`${problems.length} problems`);
if (problems.length > 0) process.exitCode = 1;
