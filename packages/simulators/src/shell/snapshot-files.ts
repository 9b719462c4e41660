import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** One JSON file a cluster; a new one takes the old one's place as a whole. */
export interface SnapshotFiles {
  read(name: string): unknown;
  write(name: string, snapshot: unknown): void;
}

export function snapshotFiles(folder: string): SnapshotFiles {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = (name: string): string => join(folder, `${name}.json`);
  return {
    read: (name) => (existsSync(path(name)) ? (JSON.parse(readFileSync(path(name), 'utf8')) as unknown) : undefined),
    write: (name, snapshot) => {
      writeFileSync(`${path(name)}.new`, JSON.stringify(snapshot), { mode: 0o600 });
      renameSync(`${path(name)}.new`, path(name));
    },
  };
}
