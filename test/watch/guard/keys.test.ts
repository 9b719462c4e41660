/** The keys of links on a real disk. */
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { epochMs } from '@cardwatch/kernel';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { linkLimits } from '../../../packages/collector/src/core/notify/link-ring.core.ts';
import { linkKeys, linkKeysFileOf, linkReader } from '../../../packages/collector/src/shell/watch-key.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cardwatch-links-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const now = epochMs(Date.UTC(2026, 10, 23, 4));
const year = epochMs(now + linkLimits.rotateMs);
const keyIds = (): string[] => {
  const proof = linkReader(folder).proof();
  if (!proof.ok) throw new Error(proof.error.kind);
  return proof.value.keys.map(({ keyId }) => keyId);
};
const sign = (at = now): { readonly keyId: string; readonly signature: string } => {
  const key = linkKeys(folder).signing(at);
  if (!key.ok) throw new Error(key.error.kind);
  return { keyId: key.value.keyId, signature: key.value.sign('text') };
};

test('are made at first use, for the owner alone, and found again', () => {
  expect(keyIds()).toEqual([]);
  const first = sign();
  expect(statSync(linkKeysFileOf(folder)).mode & 0o777).toBe(0o600);
  expect([keyIds(), sign()]).toEqual([[first.keyId], first]);
  expect(readFileSync(linkKeysFileOf(folder), 'utf8')).toContain(first.keyId);
});

test('rotate yearly: the reader honours both, the new one signs', () => {
  const reader = linkReader(folder);
  const first = sign();
  expect(reader.proof()).toMatchObject({ ok: true, value: { keys: [{ keyId: first.keyId }] } });
  const second = sign(year);
  expect(second.keyId).not.toBe(first.keyId);
  expect(keyIds()).toEqual([second.keyId, first.keyId]);
  const old = linkReader(folder).proof();
  expect(old.ok && old.value.keys[1]?.sign('text')).toBe(first.signature);
});

test.each([
  ['not ours', (file: string) => writeFileSync(file, '{"v":1,"keys":"no"}', { mode: 0o600 }), 'damaged'],
  ['cut off', (file: string) => writeFileSync(file, '{"v":1,', { mode: 0o600 }), 'damaged'],
  ['readable by others', (file: string) => chmodSync(file, 0o640), 'open'],
])('a file that is %s signs and proves nothing, and stays as it is', (_what, harm, kind) => {
  sign();
  const file = linkKeysFileOf(folder);
  harm(file);
  const before = readFileSync(file, 'utf8');
  expect([linkKeys(folder).signing(now), linkReader(folder).proof()]).toMatchObject([{ error: { kind } }, { error: { kind } }]);
  expect(readFileSync(file, 'utf8')).toBe(before);
});
