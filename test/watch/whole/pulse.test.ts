/** The watch's thread is heard of by its looks, and is not when it ends and cannot come back. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLogger } from '@cardwatch/kernel';
import { expect, test, vi } from 'vitest';
import { WatchSettings } from '../../../packages/collector/src/channels/index.ts';
import { openWatchThread } from '../../../packages/collector/src/runner/thread.ts';
import { watchState } from '../../../packages/collector/src/services/health/watch-pulse.core.ts';
import { systemClock } from '../../../packages/collector/src/shell/clock.ts';
import { Custody } from './custody.ts';

const open = (folder: string, custody: string, ended: string[]): ReturnType<typeof openWatchThread> =>
  openWatchThread({
    files: { custody, watch: join(folder, 'watch.db'), folder },
    settings: WatchSettings.parse({}),
    clock: systemClock,
    log: { ...silentLogger, log: (_level, event) => void (event === 'watch.ended' && ended.push(event)) },
    changed: () => undefined,
  });

test('over a real thread', { timeout: 30_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'cardwatch-pulse-'));
  const custody = await Custody.make(join(folder, 'cardwatch.db'), [{ deviceId: 'pos-1' }], Date.now());
  const ended: string[] = [];
  const thread = open(folder, custody.file, ended);
  expect(watchState(thread.pulse())).toBe('starting');
  await vi.waitFor(() => expect(thread.pulse().lookedAt).not.toBeNull(), 20_000);
  const first = thread.pulse().lookedAt ?? 0;
  await vi.waitFor(() => expect(thread.pulse().lookedAt).toBeGreaterThan(first), 20_000);
  expect(watchState(thread.pulse())).toBe('looking');
  expect(thread.pulse().lagMs).toBe(0);
  await thread.close();
  const last = thread.pulse();
  await vi.waitFor(() => expect(thread.pulse().sinceMs).toBeGreaterThan(last.sinceMs), 5_000);
  expect(thread.pulse().lookedAt).toBe(last.lookedAt);

  const broken = join(folder, 'broken.db');
  writeFileSync(broken, 'this is no database, and a thread that opens it ends at once');
  const lame = open(folder, broken, ended);
  await vi.waitFor(() => expect(ended.length).toBeGreaterThan(1), 20_000);
  expect(lame.pulse()).toMatchObject({ lookedAt: null, lagMs: 0 });
  // ended and replaced, it has been starting since it was opened
  expect(lame.pulse().sinceMs).toBeGreaterThan(1_000);
  await lame.close();
  custody.close();
  rmSync(folder, { recursive: true, force: true });
});
