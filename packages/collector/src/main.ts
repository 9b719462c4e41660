import packageJson from '../package.json' with { type: 'json' };
import { program } from './cli/program.ts';
import { terminal } from './shell/terminal.ts';

await program(packageJson.version, terminal, (code) => {
  process.exitCode = code;
}).parseAsync();
