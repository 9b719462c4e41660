/** What the product is made of, read from the metadata of the installed packages when the console is built. No network. */
import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Plugin } from 'vite';

export interface Licence {
  readonly name: string;
  readonly version: string;
  readonly licence: string;
}

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly licence: string;
  readonly dependencies: readonly string[];
}

/** Every package that a workspace of `root` depends on to run, and theirs, once each by name and version, by name. */
export function licencesOf(root: string): readonly Licence[] {
  const found = new Map<string, Licence>();
  const visited = new Set<string>();
  const visit = (folder: string, isOwn: boolean): void => {
    if (visited.has(folder)) return;
    visited.add(folder);
    const { dependencies, ...licence } = manifestOf(folder);
    if (!isOwn) found.set(`${licence.name} ${licence.version}`, licence);
    for (const name of dependencies) {
      const at = folderOf(name, folder);
      if (at !== undefined) visit(at, name.startsWith('@cardwatch/'));
    }
  };
  for (const workspace of readdirSync(join(root, 'packages'))) visit(join(root, 'packages', workspace), true);
  return [...found.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

function manifestOf(folder: string): Manifest {
  const json: unknown = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const fields = new Map<string, unknown>(Object.entries(json ?? {}));
  const text = (key: string): string => (typeof fields.get(key) === 'string' ? String(fields.get(key)) : '');
  return {
    name: text('name'),
    version: text('version'),
    licence: text('license') || '?',
    dependencies: Object.keys(fields.get('dependencies') ?? {}),
  };
}

/** As Node looks for it: in each `node_modules` on the way up. Undefined: not installed here, such as for another platform. */
function folderOf(name: string, from: string): string | undefined {
  for (let at = from; at !== dirname(at); at = dirname(at)) {
    const folder = join(at, 'node_modules', name);
    if (existsSync(join(folder, 'package.json'))) return realpathSync(folder);
  }
  return undefined;
}

const moduleId = 'virtual:licences';

/** Makes `virtual:licences` a module whose `licences` is the list. */
export const licencesPlugin = (root: string): Plugin => ({
  name: 'cardwatch-licences',
  resolveId: (id) => (id === moduleId ? `\0${moduleId}` : undefined),
  load: (id) => (id === `\0${moduleId}` ? `export const licences = ${JSON.stringify(licencesOf(root))};` : undefined),
});
