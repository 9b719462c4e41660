/** `node test/watch/whole/run.ts --kills 200 [--seed 7]`: as many deaths of the watch in a storm as one likes. Ends with 1 when somebody was not told. */
import { parseArgs } from 'node:util';
import { runKills } from './kills.ts';

const { values } = parseArgs({ options: { kills: { type: 'string', default: '200' }, seed: { type: 'string', default: '7' } } });
const { problems, counts, ...rest } = await runKills({ kills: Number(values.kills), seed: Number(values.seed) });
console.table({ ...counts, ...rest });
for (const problem of problems.slice(0, 40)) console.log(problem);
console.log(`${problems.length} problems`);
if (problems.length > 0) process.exitCode = 1;
