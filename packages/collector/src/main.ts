import packageJson from '../package.json' with { type: 'json' };
import { program } from './cli/program.ts';
import { terminal } from './shell/terminal.ts';

try {
  await program(packageJson.version, terminal, (code) => terminal.end(code)).parseAsync();
} catch (error) {
  terminal.err(told(error));
  terminal.end(1);
}

/** What the system or the person caused is told by its message; a bug of ours with its stack. */
function told(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return 'code' in error || error.name !== 'TypeError' ? error.message : (error.stack ?? error.message);
}
