import { execFileSync, spawn } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { realDisk } from '@cardwatch/agent/disk';
import { type Journal, openJournal, verifyJournal } from '@cardwatch/agent/journal';
import { silentLogger } from '@cardwatch/kernel';
import { afterEach, describe, expect, test } from 'vitest';
import { agent, atOnce, epoch1, hasher, lines, textOf, uuid1, walk } from './harness.ts';
import { machineClock } from './machine-clock.ts';

const cleanup: (() => void)[] = [];
afterEach(() => {
  for (const clean of cleanup.splice(0).reverse()) clean();
});

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'cardwatch-journal-'));
  cleanup.push(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

const open = (root: string): Promise<Journal> =>
  openJournal({
    disk: realDisk(root),
    clock: machineClock,
    hasher,
    log: silentLogger,
    agent,
    limits: { commit: atOnce, ballastShare: 0, segmentBytes: 64 * 1024, probe: { baseMs: 20, capMs: 50 } },
    budgetBytes: 1 << 28,
  });

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function eventually(check: () => Promise<boolean>): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt++) {
    if (await check()) return;
    await sleep(20);
  }
  throw new Error('not within 4 s');
}

/** Mounts a tmpfs of its own, or undefined when this user may not. */
function mount(size: string): string | undefined {
  const path = folder();
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', path], { stdio: 'ignore' });
  } catch {
    return undefined;
  }
  cleanup.push(() => execFileSync('umount', ['-l', path]));
  return path;
}

/** Mounts an ext4 file system that lives in the file `image`. */
function mountImage(image: string): string {
  const path = folder();
  execFileSync('mount', ['-o', 'loop', image, path], { stdio: 'ignore' });
  cleanup.push(() => execFileSync('umount', ['-l', path]));
  return path;
}

function newImage(): string {
  const image = join(folder(), 'disk.img');
  writeFileSync(image, new Uint8Array(24 << 20));
  execFileSync('/sbin/mkfs.ext4', ['-q', '-F', image], { stdio: 'ignore' });
  return image;
}

const canLoop = ((): boolean => {
  try {
    mountImage(newImage());
    return true;
  } catch {
    return false;
  } finally {
    for (const clean of cleanup.splice(0).reverse()) clean();
  }
})();

const has = (program: string): boolean => {
  try {
    execFileSync('which', [program], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};

const canMount = ((): boolean => {
  const path = mount('64k');
  for (const clean of cleanup.splice(0).reverse()) clean();
  return path !== undefined;
})();

describe('the real disk', () => {
  test('files are 0600, folders 0700, failures have their kind', async () => {
    const root = join(folder(), 'data');
    const disk = realDisk(root);
    expect(await disk.makeFolder('money')).toEqual({ ok: true, value: undefined });
    expect(await disk.makeFolder('money')).toEqual({ ok: true, value: undefined });
    expect(await disk.open('money/a', 'read')).toEqual({ ok: false, error: { kind: 'missing' } });
    const file = await disk.open('money/a', 'create');
    if (!file.ok) throw new Error(file.error.kind);
    expect(await file.value.write([Uint8Array.of(1, 2), Uint8Array.of(3)], 4)).toEqual({ ok: true, value: 3 });
    expect(await file.value.write([Uint8Array.of(9)], 0)).toEqual({ ok: true, value: 1 });
    expect(await file.value.sync()).toEqual({ ok: true, value: undefined });
    expect(await file.value.size()).toEqual({ ok: true, value: 7 });
    const read = await file.value.read(0, 100);
    expect(read.ok && [...read.value]).toEqual([9, 0, 0, 0, 1, 2, 3]);
    expect(await file.value.truncate(5)).toEqual({ ok: true, value: undefined });
    expect(await file.value.size()).toEqual({ ok: true, value: 5 });
    await file.value.close();
    await file.value.close();
    expect(statSync(join(root, 'money/a')).mode & 0o777).toBe(0o600);
    for (const path of [root, join(root, 'money')]) expect(statSync(path).mode & 0o777).toBe(0o700);
    expect(await disk.rename('money/a', 'b')).toEqual({ ok: true, value: undefined });
    expect(await disk.list('')).toEqual({ ok: true, value: ['b', 'money'] });
    expect(await disk.syncFolder('')).toEqual({ ok: true, value: undefined });
    expect(await disk.remove('b')).toEqual({ ok: true, value: undefined });
    expect(await disk.remove('b')).toEqual({ ok: false, error: { kind: 'missing' } });
    expect(await disk.open('money', 'readWrite')).toEqual({ ok: false, error: { kind: 'io', detail: 'EISDIR' } });
    const space = await disk.space();
    expect(space.ok && space.value.freeBytes > 0 && space.value.totalBytes >= space.value.freeBytes).toBe(true);
  });

  test('a journal on it: append, restart, read, verify', async () => {
    const root = folder();
    const first = await open(root);
    await first.openEpoch(epoch1, uuid1);
    for (let n = 1; n <= 3_000; n += 100) await first.append('money', lines(n, n + 99));
    await first.close();
    const second = await open(root);
    expect((await walk(second)).entries.map((entry) => textOf(entry.line))).toEqual(lines(1, 3_000).map(textOf));
    await second.close();
    const report = await verifyJournal(realDisk(root), hasher);
    expect(report.ok && report.value.problems).toEqual([]);
    expect(report.ok && report.value.lives[0]?.segments).toBeGreaterThan(2);
  });

  describe.skipIf(!canMount)('on a mount of its own (needs the right to mount)', () => {
    test('ENOSPC: nothing is confirmed, and it goes on when room is made', async () => {
      const root = mount('1536k') ?? '';
      writeFileSync(join(root, 'else'), new Uint8Array(1_100 * 1024));
      const journal = await open(join(root, 'journal'));
      await journal.openEpoch(epoch1, uuid1);
      let confirmed = 0;
      let failure = '';
      while (failure === '') {
        const appended = await journal.append('money', lines(confirmed + 1, confirmed + 50));
        if (appended.ok) confirmed = appended.value.lastSeq;
        else failure = appended.error.kind === 'storageFailed' ? appended.error.cause.kind : appended.error.kind;
      }
      expect(failure).toBe('noSpace');
      expect(confirmed).toBeGreaterThan(1_000);
      expect((await walk(journal)).entries).toHaveLength(confirmed);
      rmSync(join(root, 'else'));
      await eventually(async () => (await journal.append('money', lines(confirmed + 1, confirmed + 50))).ok);
      expect((await walk(journal)).entries.map((entry) => textOf(entry.line))).toEqual(lines(1, confirmed + 50).map(textOf));
      await journal.close();
    });

    test('read-only: records are read, nothing is confirmed, and it goes on when it is writable again', async () => {
      const root = mount('4m') ?? '';
      const before = await open(join(root, 'journal'));
      await before.openEpoch(epoch1, uuid1);
      await before.append('money', lines(1, 100));
      await before.close();
      execFileSync('mount', ['-o', 'remount,ro', root]);
      const journal = await open(join(root, 'journal'));
      expect((await walk(journal)).entries).toHaveLength(100);
      expect(await journal.append('money', lines(101, 101))).toEqual({
        ok: false,
        error: { kind: 'storageFailed', cause: { kind: 'readOnly' } },
      });
      expect(journal.health().storage).toBe('failed');
      execFileSync('mount', ['-o', 'remount,rw', root]);
      await eventually(async () => (await journal.append('money', lines(101, 110))).ok);
      expect((await walk(journal)).entries.map((entry) => textOf(entry.line))).toEqual(lines(1, 110).map(textOf));
      await journal.close();
    });
  });
});

interface Child {
  readonly confirmed: Map<number, string>;
  readonly ended: Promise<number | null>;
  readonly kill: (signal?: NodeJS.Signals) => void;
}

/** Runs the appender; `strace` arguments go before it. */
function append(root: string, most: number, strace: readonly string[] = []): Child {
  const confirmed = new Map<number, string>();
  const command = [
    ...(strace.length > 0 ? ['strace', ...strace] : []),
    process.execPath,
    join(import.meta.dirname, 'appender.ts'),
    root,
    String(most),
  ];
  const child = spawn(command[0] ?? '', command.slice(1), {
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { ...process.env, UV_THREADPOOL_SIZE: '1' },
  });
  let rest = '';
  child.stdout.on('data', (chunk: Buffer) => {
    const parts = (rest + chunk.toString()).split('\n');
    rest = parts.pop() ?? '';
    for (const part of parts) {
      const [seq, text] = part.split(' ');
      if (text !== undefined) confirmed.set(Number(seq), text);
    }
  });
  const timer = setTimeout(() => child.kill('SIGKILL'), 30_000);
  const ended = new Promise<number | null>((resolve) => {
    child.on('close', (code) => {
      clearTimeout(timer);
      resolve(code);
    });
  });
  return { confirmed, ended, kill: (signal = 'SIGKILL') => void child.kill(signal) };
}

/** Everything confirmed is there; returns the numbers that are declared lost. */
async function expectHeld(root: string, confirmed: ReadonlyMap<number, string>): Promise<number> {
  const journal = await open(root);
  const { entries, holes } = await walk(journal);
  await journal.close();
  const held = new Map(entries.map((entry) => [entry.seq, textOf(entry.line)]));
  const lost = holes.flatMap(({ first, last }) => Array.from({ length: last - first + 1 }, (_, index) => first + index));
  for (const [seq, text] of confirmed) if (!lost.includes(seq)) expect(held.get(seq), `number ${seq}`).toBe(text);
  return lost.length;
}

describe('a real process', () => {
  test('kill -9 in the middle of appends, again and again: what was confirmed is there', async () => {
    const root = folder();
    const all = new Map<number, string>();
    for (let round = 0; round < 5; round++) {
      const child = append(root, 1_000_000);
      const before = all.size;
      await eventually(() => Promise.resolve(child.confirmed.size > 50 * (round + 1)));
      await sleep(17 * round);
      child.kill();
      await child.ended;
      for (const [seq, text] of child.confirmed) {
        expect(all.has(seq)).toBe(false);
        all.set(seq, text);
      }
      expect(all.size).toBeGreaterThan(before + 50);
      expect(await expectHeld(root, all)).toBe(0);
    }
  });

  test.skipIf(!canLoop)(
    'power cuts of ext4 (needs loop mounts): what was confirmed is on the image, what was not synced may be gone',
    async () => {
      const image = newImage();
      const root = join(mountImage(image), 'journal');
      const child = append(root, 1_000_000);
      let cuts = 0;
      for (; cuts < 6; cuts++) {
        const before = child.confirmed.size;
        await eventually(() => Promise.resolve(child.confirmed.size > before + 100));
        child.kill('SIGSTOP');
        await sleep(20);
        const confirmed = new Map(child.confirmed);
        const copy = join(folder(), 'cut.img');
        copyFileSync(image, copy);
        child.kill('SIGCONT');
        expect(await expectHeld(join(mountImage(copy), 'journal'), confirmed)).toBe(0);
      }
      child.kill();
      await child.ended;
      expect(cuts).toBe(6);
      expect(child.confirmed.size).toBeGreaterThan(600);
    },
  );

  describe.skipIf(!has('strace'))('with system calls that fail (needs strace)', () => {
    test.each([
      ['fdatasync fails once with EIO', 'inject=fdatasync:error=EIO:when=9', 0],
      ['fdatasync fails now and then', 'inject=fdatasync:error=EIO:when=7+10', 0],
      ['a write fails once with ENOSPC', 'inject=pwrite64:error=ENOSPC:when=12', 0],
      ['opening a new segment fails once', 'inject=openat:error=EIO:when=1', 0],
      ['killed in the middle of a write', 'inject=pwrite64:signal=KILL:when=20', 0],
      ['a write that never happened is told as short', 'inject=pwrite64:retval=100:when=15', 8],
    ])('%s', async (_name, fault, lostMax) => {
      const root = folder();
      mkdirSync(join(root, 'money'), { recursive: true });
      const scope = fault.includes('openat') ? ['-P', join(root, 'money/1-00000000000000000001.seg')] : [];
      const child = append(root, 120, [
        '-f',
        '-qq',
        '-o',
        '/dev/null',
        ...scope,
        '-e',
        `trace=${fault.slice(7).split(':')[0]}`,
        '-e',
        fault,
      ]);
      await child.ended;
      expect(child.confirmed.size).toBeGreaterThan(fault.includes('KILL') ? 5 : 100);
      expect(await expectHeld(root, child.confirmed)).toBeLessThanOrEqual(lostMax);
    });
  });
});
