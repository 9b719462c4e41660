import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { linkSamples } from '../../../packages/agent/src/config/sample.ts';
import { settingsTable } from '../../../packages/agent/src/config/settings.ts';

const agent = join(import.meta.dirname, '../../../packages/agent');
export const sample = join(agent, 'sample/agent.yaml');
export const readme = join(agent, 'README.md');

const blocks = [
  {
    begin: '<!-- settings: written from the schema by test/agent/config/write-sample.ts -->',
    end: '<!-- end of settings -->',
    text: settingsTable,
  },
  {
    begin: '<!-- link samples: written from the sample by test/agent/config/write-sample.ts -->',
    end: '<!-- end of link samples -->',
    text: linkSamples,
  },
];

/** The README with the table of settings and the samples as the schema gives them now. */
export const readmeWithTable = (): string =>
  blocks.reduce(
    (whole, { begin, end, text }) => {
      const [from, to] = [whole.indexOf(begin), whole.indexOf(end)];
      if (from < 0 || to < from) throw new Error(`the README has lost its mark ${begin}`);
      return `${whole.slice(0, from + begin.length)}\n\n${text()}\n\n${whole.slice(to)}`;
    },
    readFileSync(readme, 'utf8'),
  );
