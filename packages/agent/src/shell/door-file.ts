/** How a command on this machine reaches the agent that runs: a file of mode 0600 in its data folder, with address and token. */
import { randomBytes } from 'node:crypto';
import { chmod, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

const Door = z.strictObject({ url: z.url(), token: z.string().min(32), pid: z.int() });
export type Door = z.infer<typeof Door>;

const pathIn = (dataFolder: string): string => join(dataFolder, 'status-door.json');

export const newToken = (): string => randomBytes(32).toString('base64url');

/** A new file each time: an older one may have been opened wider. */
export async function writeDoor(dataFolder: string, door: Door): Promise<void> {
  const path = pathIn(dataFolder);
  await rm(path, { force: true });
  await writeFile(path, JSON.stringify(door), { mode: 0o600, flag: 'wx' });
  await chmod(path, 0o600);
}

export const removeDoor = (dataFolder: string): Promise<void> => rm(pathIn(dataFolder), { force: true });

/** undefined: no agent runs over this folder, or it is another user's. */
export async function readDoor(dataFolder: string): Promise<Door | undefined> {
  try {
    return Door.parse(JSON.parse(await readFile(pathIn(dataFolder), 'utf8')));
  } catch {
    return undefined;
  }
}

export type DoorAnswer =
  | { readonly kind: 'answered'; readonly code: number; readonly body: unknown }
  | { readonly kind: 'notRunning' };

/** Asks the running agent; `notRunning` when nobody is behind the door. */
export async function askDoor({ url, token }: Door, verb: string, query: Readonly<Record<string, string>>): Promise<DoorAnswer> {
  try {
    const target = new URL(`/${verb}?${new URLSearchParams(query)}`, url);
    const response = await fetch(target, {
      method: 'POST',
      headers: { 'x-cardwatch-token': token },
      signal: AbortSignal.timeout(doorMs),
    });
    const text = await response.text();
    return {
      kind: 'answered',
      code: response.status,
      body: response.ok || text.startsWith('{') ? JSON.parse(text) : text.trim(),
    };
  } catch {
    return { kind: 'notRunning' };
  }
}

const doorMs = 90_000;
