import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { settingsTable } from '../../../packages/agent/src/config/settings.ts';

const agent = join(import.meta.dirname, '../../../packages/agent');
export const sample = join(agent, 'sample/agent.yaml');
export const readme = join(agent, 'README.md');

const begin = '<!-- settings: written from the schema by test/agent/config/write-sample.ts -->';
const end = '<!-- end of settings -->';

/** The README with the table of settings as the schema gives it now. */
export function readmeWithTable(): string {
  const text = readFileSync(readme, 'utf8');
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error('the README has lost the marks of its table');
  return `${text.slice(0, from + begin.length)}\n\n${settingsTable()}\n\n${text.slice(to)}`;
}
