import { constants } from 'node:fs';
import { access, mkdir, readdir, readFile, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { loadProfile } from '@cardwatch/drivers';
import { profileRoot } from '@cardwatch/firmware-protocols';
import { err, ok } from '@cardwatch/kernel';
import type { ConfigDoor } from '../config/files.ts';

/** The real disk for the configuration. */
export const configDoor: ConfigDoor = {
  read: async (path, bytesMax) => {
    try {
      const { size, mode } = await stat(path);
      if (size > bytesMax) return err({ kind: 'tooLarge', bytes: size });
      return ok({ text: await readFile(path, 'utf8'), mode });
    } catch (error) {
      return err(codeOf(error) === 'ENOENT' ? { kind: 'missing' } : { kind: 'io', detail: codeOf(error) });
    }
  },
  folderProblem: async (path) => {
    try {
      await mkdir(path, { recursive: true, mode: 0o700 });
      await access(path, constants.R_OK | constants.W_OK | constants.X_OK);
      return undefined;
    } catch (error) {
      return codeOf(error);
    }
  },
  from: (file, path) => resolve(dirname(file), path),
  profileNames: async () => {
    const names: string[] = [];
    for (const protocol of await folders(profileRoot))
      for (const vendor of await folders(join(profileRoot, protocol)))
        for (const model of await folders(join(profileRoot, protocol, vendor))) names.push(`${protocol}/${vendor}/${model}`);
    return names.sort();
  },
  profile: (name) => loadProfile(profileRoot, name),
};

async function folders(path: string): Promise<string[]> {
  const entries = await readdir(path, { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory() && entry.name !== 'node_modules').map(({ name }) => name);
}

const codeOf = (error: unknown): string => (error instanceof Error && 'code' in error ? String(error.code) : String(error));
