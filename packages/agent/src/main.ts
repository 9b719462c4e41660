/** `cardwatch-agent`: what it can be told on the command line. */
import { program } from './shell/program.ts';

await program().parseAsync();
