import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Result, err, ok } from '@cardwatch/kernel';
import type { CommonProfile } from '../profile.ts';
import { type ProfileFailure, parseProfile, profileBytesMax } from '../profile/parse.core.ts';
import { profileSchemaOf, protocolNames } from '../registry.ts';

/**
 * Reads `<root>/<name>/profile.yaml`, `name` being `<protocol>/<vendor>/<model>`. The profile that comes back was checked by the
 * schema of its protocol and may be handed to that protocol's driver.
 */
export async function loadProfile(root: string, name: string): Promise<Result<CommonProfile, ProfileFailure>> {
  const file = join(root, name, 'profile.yaml');
  if (!/^[a-z0-9-]+\/[a-z0-9-]+\/[a-z0-9-]+$/.test(name)) return err({ kind: 'missing', file });
  const text = await readBounded(file);
  return text.ok ? parseProfile({ file, name, text: text.value }, { names: protocolNames, schemaOf: profileSchemaOf }) : text;
}

async function readBounded(file: string): Promise<Result<string, ProfileFailure>> {
  try {
    const { size } = await stat(file);
    if (size > profileBytesMax) return err({ kind: 'tooLarge', file, bytes: size, limit: profileBytesMax });
    return ok(await readFile(file, 'utf8'));
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    return err(code === 'ENOENT' ? { kind: 'missing', file } : { kind: 'unreadable', file, detail: code });
  }
}
