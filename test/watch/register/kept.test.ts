/** What an import leaves in `watch.db`: settings, the import and its key in one commit or not at all. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { MerchantBinding, RegisterImport } from '@cardwatch/contracts/watch';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { RegisterPlan } from '../../../packages/collector/src/core/register/index.core.ts';
import { openSqliteWatch } from '../../../packages/collector/src/store/sqlite/watch/open.ts';
import { watchLimits, type WatchChange, type WatchStore } from '../../../packages/collector/src/store/watch/roles.ts';
import { uuid } from '../store/rows.ts';

let folder: string;
let store: WatchStore;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cardwatch-register-'));
  store = openSqliteWatch(join(folder, 'watch.db'));
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

const binding = MerchantBinding.parse({
  deviceId: 'pos-1',
  merchantId: 'm-1',
  merchantName: '面馆',
  validFrom: 1,
  validTo: null,
});
const plan: RegisterPlan = [{ table: 'bindings', key: 'pos-1@1', before: null, after: binding }];
const item = (n: number, rolledBackBy: string | null = null): RegisterImport =>
  RegisterImport.parse({
    importId: uuid(n),
    kind: 'import',
    at: 1_000 + n,
    by: 'li',
    reason: '建账',
    digest: null,
    counts: { added: 1, changed: 0, ended: 0, removed: 0 },
    rollbackOf: null,
    rolledBackBy,
  });
const change = (n: number): WatchChange => ({
  settings: [{ name: 'bindings', value: [binding], author: 'li', reason: '建账', at: 1_000 + n }],
  imports: [{ item: item(n), plan }],
  acts: [{ idempotencyKey: uuid(n), at: 1_000 + n, result: '{}' }],
});

test('all of it is there after a start', async () => {
  await store.commit(change(1));
  await store.close();
  store = openSqliteWatch(join(folder, 'watch.db'));
  expect((await store.settings()).bindings).toEqual([binding]);
  expect(await store.registerImport(uuid(1))).toEqual({ item: item(1), plan });
  expect((await store.actDone(uuid(1)))?.at).toBe(1_001);
  expect(await store.registerImport(uuid(2))).toBeNull();
});

test('a commit that is refused leaves nothing of it', async () => {
  const states = Array.from({ length: watchLimits.rowsPerCommit + 1 }, () => ({
    subjectKind: 'device' as const,
    subjectId: 'pos-1',
    at: 1,
    state: 'online',
    cause: null,
  }));
  await expect(store.commit({ ...change(1), states })).rejects.toThrow();
  expect((await store.settings()).bindings).toEqual([]);
  expect(await store.registerImport(uuid(1))).toBeNull();
});

test('pages are newest first; a rollback marks the row and what it did stays', async () => {
  for (const n of [1, 2, 3]) await store.commit(change(n));
  await store.commit({ imports: [{ item: item(2, uuid(9)) }] });
  expect(await store.registerImport(uuid(2))).toEqual({ item: item(2, uuid(9)), plan });
  const first = await store.registerImports({ limit: 2 });
  if (!first.ok) throw new Error(first.error.kind);
  expect(first.value.items.map(({ importId }) => importId)).toEqual([uuid(3), uuid(2)]);
  const next = await store.registerImports({ limit: 2, cursor: first.value.nextCursor ?? '' });
  expect(next.ok && next.value.items.map(({ importId }) => importId)).toEqual([uuid(1)]);
});

test('what an import did is never changed and never deleted', async () => {
  await store.commit(change(1));
  const db = new DatabaseSync(join(folder, 'watch.db'));
  expect(() => db.exec("UPDATE register_import SET plan = '[]'")).toThrow(/never changed/);
  expect(() => db.exec('DELETE FROM register_import')).toThrow(/never deleted/);
  db.close();
});
