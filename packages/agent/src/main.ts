/** `cardwatch-agent`: what it can be told on the command line. */
import { program } from './shell/program.ts';

await (await program(process.argv.slice(2))).parseAsync();
