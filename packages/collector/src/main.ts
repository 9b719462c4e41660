import packageJson from '../package.json' with { type: 'json' };
import { program } from './cli/program.ts';
import { terminal } from './shell/terminal.ts';

try {
  await program(packageJson.version, terminal, (code) => terminal.end(code)).parseAsync();
} catch (error) {
  terminal.err(error instanceof Error ? (error.stack ?? error.message) : String(error));
  terminal.end(1);
}
