/** Documents and data that must not drift from the code. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { root } from './sources.ts';

const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const packages = readdirSync(join(root, 'packages'));

describe('packages', () => {
  test('each has a README with the four parts', () => {
    expect(packages.length).toBe(7);
    for (const name of packages) {
      const text = existsSync(join(root, 'packages', name, 'README.md')) ? read(`packages/${name}/README.md`) : '';
      for (const part of ['Purpose', 'Contract', 'Limits', 'Decisions'])
        expect(`${name}: ${text.includes(`## ${part}`)} ${part}`).toBe(`${name}: true ${part}`);
    }
  });

  test('stand in the README table with what they may import', () => {
    const readme = read('README.md');
    for (const name of packages) expect(readme).toContain(`\`${name}\``);
  });
});

describe('root README', () => {
  const readme = read('README.md');

  test('links only to what exists', () => {
    const links = [...readme.matchAll(/\]\((?!https?:|#)([^)]+)\)/g)].map((match) => match[1] ?? '');
    expect(links.length).toBeGreaterThan(3);
    expect(links.filter((link) => !existsSync(join(root, link)))).toEqual([]);
  });

  test('names only scripts that exist', () => {
    const scripts = Object.keys((JSON.parse(read('package.json')) as { scripts: Record<string, string> }).scripts);
    const named = [...readme.matchAll(/pnpm (?:run )?([a-z:]+)/g)]
      .map((match) => match[1] ?? '')
      .filter((name) => !['install', 'exec'].includes(name));
    expect(named.length).toBeGreaterThan(2);
    expect(named.filter((name) => !scripts.includes(name))).toEqual([]);
  });
});
