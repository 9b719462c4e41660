/**
 * A disk that keeps only what was promised. Writes stand in the page cache until `sync`, names in the folder until `syncFolder`; a power cut keeps any part
 * of the rest. Faults: torn and reordered writes, lost names, bit flips, misdirected blocks, short writes, no space, EIO at write, read and sync, slow.
 */
import { crc32 } from 'node:zlib';
import type { Disk, DiskFailure, DiskFile } from '@cardwatch/agent';
import { chance, err, intBetween, ok, type Result, type SeededRandom } from '@cardwatch/kernel';
import { FileImage, type PendingWrite } from './file-image.ts';
import type { Life } from './life.ts';

export interface DiskFaults {
  shortWrite: number;
  writeEio: number;
  readEio: number;
  syncEio: number;
  folderSyncEio: number;
  /** Every sync fails while it is set. */
  syncBroken: boolean;
  readOnly: boolean;
  /** Every operation takes this much longer. */
  stallMs: number;
  /** Bytes of the partition that others took. */
  takenBytes: number;
}

export const noDiskFaults = (): DiskFaults => ({
  shortWrite: 0,
  writeEio: 0,
  readEio: 0,
  syncEio: 0,
  folderSyncEio: 0,
  syncBroken: false,
  readOnly: false,
  stallMs: 0,
  takenBytes: 0,
});

type Node = FileImage | 'folder';
interface NameChange {
  readonly set: readonly (readonly [path: string, node: Node | undefined])[];
  readonly folder: string;
  done: boolean;
}

const folderOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')));
const normal = (path: string): string => path.replace(/^\.?\/+|\/+$/g, '').replace(/^\.$/, '');

export class VirtualDisk {
  readonly faults: DiskFaults = noDiskFaults();
  readonly totalBytes: number;
  /** Until then it let somebody wait, monotonic. */
  stalledUntilMs = 0;
  readonly #random: SeededRandom;
  /** Told of every stretch of a file that became durable. */
  readonly #durable: (image: Uint8Array, from: number) => void;
  #names = new Map<string, Node>();
  #durableNames = new Map<string, Node>();
  #pendingNames: NameChange[] = [];

  constructor(totalBytes: number, random: SeededRandom, durable: (image: Uint8Array, from: number) => void) {
    this.totalBytes = totalBytes;
    this.#random = random;
    this.#durable = durable;
  }

  /** How much longer an operation takes that begins now. */
  stallMs(nowMs: number): number {
    const { stallMs } = this.faults;
    if (stallMs > 0) this.stalledUntilMs = Math.max(this.stalledUntilMs, nowMs + stallMs);
    return stallMs;
  }

  usedBytes(): number {
    let sum = this.faults.takenBytes;
    for (const node of this.#names.values()) if (node !== 'folder') sum += node.cache.length;
    return sum;
  }

  /** Power cut: what stands on the medium becomes all there is. */
  crash(): void {
    const names = new Map(this.#durableNames);
    for (const change of survivors(this.#pendingNames, this.#random)) setNames(names, change);
    for (const path of names.keys()) if (!hasFolders(names, path)) names.delete(path);
    const images = new Map<FileImage, FileImage>();
    for (const [path, node] of names) {
      if (node === 'folder') continue;
      const image = images.get(node) ?? node.crashed(this.#random);
      images.set(node, image);
      names.set(path, image);
    }
    this.#restart(names);
  }

  /** The process alone died: the page cache lives on. */
  processDied(): void {
    for (const change of this.#pendingNames) change.done = true;
    for (const node of this.#names.values()) if (node !== 'folder') node.settle();
  }

  wipe(): void {
    this.#restart(new Map());
  }

  /** A copy of the medium, to be put back later or into another agent. */
  image(): ReadonlyMap<string, Node> {
    return new Map([...this.#durableNames].map(([path, node]) => [path, node === 'folder' ? node : node.copyDurable()]));
  }

  restore(image: ReadonlyMap<string, Node>): void {
    this.#restart(new Map([...image].map(([path, node]) => [path, node === 'folder' ? node : node.copyDurable()])));
  }

  files(): readonly FileImage[] {
    return [...this.#durableNames.values()].filter((node) => node !== 'folder');
  }

  filesIn(folder: string): readonly FileImage[] {
    return [...this.#durableNames].flatMap(([path, node]) => (node !== 'folder' && folderOf(path) === folder ? [node] : []));
  }

  /** The disk as one incarnation sees it. */
  forLife(life: Life): Disk {
    return new LifeDisk(this, life);
  }

  lookup(path: string): Node | undefined {
    return path === '' ? 'folder' : this.#names.get(path);
  }

  children(folder: string): string[] {
    return [...this.#names.keys()]
      .filter((path) => folderOf(path) === folder)
      .map((path) => path.slice(folder.length ? folder.length + 1 : 0));
  }

  rename(set: readonly (readonly [string, Node | undefined])[], folder: string): NameChange {
    const change: NameChange = { set, folder, done: false };
    setNames(this.#names, change);
    this.#pendingNames.push(change);
    return change;
  }

  answeredNames(folder: string): ReadonlySet<NameChange> {
    return new Set(this.#pendingNames.filter((change) => change.done && change.folder === folder));
  }

  persistNames(covered: ReadonlySet<NameChange>): void {
    for (const change of this.#pendingNames) if (covered.has(change)) setNames(this.#durableNames, change);
    this.#pendingNames = this.#pendingNames.filter((change) => !covered.has(change));
  }

  becameDurable(image: FileImage, from: number): void {
    this.#durable(image.durable(), from);
  }

  #restart(names: Map<string, Node>): void {
    this.#names = names;
    this.#durableNames = new Map(names);
    this.#pendingNames = [];
  }
}

function setNames(names: Map<string, Node>, change: NameChange): void {
  for (const [path, node] of change.set) {
    if (node === undefined) names.delete(path);
    else names.set(path, node);
  }
}

function hasFolders(names: ReadonlyMap<string, Node>, path: string): boolean {
  for (let folder = folderOf(path); folder !== ''; folder = folderOf(folder)) if (names.get(folder) !== 'folder') return false;
  return true;
}

/** File systems journal names in order, so mostly a prefix survives; now and then any subset, because nothing promises the order. */
function survivors(pending: readonly NameChange[], random: SeededRandom): readonly NameChange[] {
  if (random.next() < 0.75) return pending.slice(0, intBetween(random, 0, pending.length));
  return pending.filter(() => random.next() < 0.5);
}

const io = (detail: string): DiskFailure => ({ kind: 'io', detail });

class LifeDisk implements Disk {
  readonly #disk: VirtualDisk;
  readonly #life: Life;

  constructor(disk: VirtualDisk, life: Life) {
    this.#disk = disk;
    this.#life = life;
  }

  open(rawPath: string, mode: 'create' | 'readWrite' | 'read'): Promise<Result<DiskFile, DiskFailure>> {
    const path = normal(rawPath);
    let answer: Result<DiskFile, DiskFailure> = err({ kind: 'missing' });
    let change: NameChange | undefined;
    let emptied: PendingWrite | undefined;
    return this.#meta(
      'disk open',
      () => {
        let node = this.#disk.lookup(path);
        if (mode !== 'read' && this.#disk.faults.readOnly) {
          answer = err({ kind: 'readOnly' });
          this.#life.loop.struck('disk read-only');
          return;
        }
        if (node === undefined && mode === 'create' && this.#disk.lookup(folderOf(path)) === 'folder') {
          node = new FileImage();
          change = this.#disk.rename([[path, node]], folderOf(path));
        } else if (node instanceof FileImage && mode === 'create') emptied = node.truncate(0);
        if (node instanceof FileImage) answer = ok(new LifeFile(this.#disk, this.#life, node));
      },
      () => {
        if (change !== undefined) change.done = true;
        if (emptied !== undefined) emptied.done = true;
        return answer;
      },
    );
  }

  list(folder: string): Promise<Result<readonly string[], DiskFailure>> {
    const path = normal(folder);
    return this.#meta('disk list', nothing, () =>
      this.#disk.lookup(path) === 'folder' ? ok(this.#disk.children(path)) : err({ kind: 'missing' }),
    );
  }

  makeFolder(folder: string): Promise<Result<void, DiskFailure>> {
    const path = normal(folder);
    return this.#rename('disk mkdir', path, () => (this.#disk.lookup(path) === undefined ? [[path, 'folder']] : []));
  }

  remove(rawPath: string): Promise<Result<void, DiskFailure>> {
    const path = normal(rawPath);
    return this.#rename('disk remove', path, () => (this.#disk.lookup(path) === undefined ? undefined : [[path, undefined]]));
  }

  rename(rawFrom: string, rawTo: string): Promise<Result<void, DiskFailure>> {
    const from = normal(rawFrom);
    const to = normal(rawTo);
    return this.#rename('disk rename', to, () => {
      const node = this.#disk.lookup(from);
      return node === undefined
        ? undefined
        : [
            [to, node],
            [from, undefined],
          ];
    });
  }

  syncFolder(folder: string): Promise<Result<void, DiskFailure>> {
    const path = normal(folder);
    let covered: ReadonlySet<NameChange> = new Set();
    return this.#life.call(
      'disk sync folder',
      latencyMs(this.#life, 'sync') + this.#disk.stallMs(this.#life.loop.clock.mono()),
      () => {
        covered = this.#disk.answeredNames(path);
      },
      () => {
        if (this.#disk.faults.readOnly) return this.#refuse('disk read-only', { kind: 'readOnly' });
        if (this.#disk.faults.syncBroken || chance(this.#life.random, this.#disk.faults.folderSyncEio))
          return this.#refuse('folder sync failed', io('folder sync'));
        this.#disk.persistNames(covered);
        return ok(undefined);
      },
    );
  }

  space(): Promise<Result<{ readonly freeBytes: number; readonly totalBytes: number }, DiskFailure>> {
    return this.#meta('disk space', nothing, () =>
      ok({ freeBytes: Math.max(0, this.#disk.totalBytes - this.#disk.usedBytes()), totalBytes: this.#disk.totalBytes }),
    );
  }

  #refuse(fault: string, failure: DiskFailure): Result<never, DiskFailure> {
    this.#life.loop.struck(fault);
    return err(failure);
  }

  #meta<T>(label: string, begin: () => void, finish: () => T): Promise<T> {
    return this.#life.call(
      label,
      latencyMs(this.#life, 'cache') + this.#disk.stallMs(this.#life.loop.clock.mono()),
      begin,
      finish,
    );
  }

  #rename(
    label: string,
    path: string,
    names: () => readonly (readonly [string, Node | undefined])[] | undefined,
  ): Promise<Result<void, DiskFailure>> {
    let answer: Result<void, DiskFailure> = err({ kind: 'missing' });
    let change: NameChange | undefined;
    return this.#meta(
      label,
      () => {
        if (this.#disk.faults.readOnly) {
          answer = this.#refuse('disk read-only', { kind: 'readOnly' });
          return;
        }
        const set = names();
        if (set === undefined) return;
        answer = ok(undefined);
        if (set.length > 0) change = this.#disk.rename(set, folderOf(path));
      },
      () => {
        if (change !== undefined) change.done = true;
        return answer;
      },
    );
  }
}

class LifeFile implements DiskFile {
  readonly #disk: VirtualDisk;
  readonly #life: Life;
  readonly #image: FileImage;

  constructor(disk: VirtualDisk, life: Life, image: FileImage) {
    this.#disk = disk;
    this.#life = life;
    this.#image = image;
  }

  write(parts: readonly Uint8Array[], offset: number): Promise<Result<number, DiskFailure>> {
    let pending: PendingWrite | undefined;
    let answer: Result<number, DiskFailure> = err(io('write'));
    return this.#call(
      'disk write',
      'cache',
      () => {
        const bytes = Buffer.concat(parts);
        const granted = this.#grant(bytes.length, offset);
        if (!granted.ok) {
          answer = granted;
          return;
        }
        this.#life.loop.mark(crc32(bytes));
        pending = this.#image.write(bytes.subarray(0, granted.value), offset);
        answer = granted;
      },
      () => {
        if (pending !== undefined) pending.done = true;
        return answer;
      },
    );
  }

  read(offset: number, length: number): Promise<Result<Uint8Array, DiskFailure>> {
    return this.#call('disk read', 'cache', nothing, () =>
      chance(this.#life.random, this.#disk.faults.readEio)
        ? this.#refuse('read failed', io('read'))
        : ok(this.#image.cache.view().slice(offset, offset + length)),
    );
  }

  sync(): Promise<Result<void, DiskFailure>> {
    let covered: ReadonlySet<PendingWrite> = new Set();
    return this.#call(
      'disk sync',
      'sync',
      () => {
        covered = this.#image.answered();
      },
      () => {
        if (this.#disk.faults.readOnly) return this.#refuse('disk read-only', { kind: 'readOnly' });
        if (this.#disk.faults.syncBroken || chance(this.#life.random, this.#disk.faults.syncEio)) {
          this.#image.forget(covered);
          return this.#refuse('sync failed', io('sync'));
        }
        const from = this.#image.persist(covered);
        if (Number.isFinite(from)) this.#disk.becameDurable(this.#image, from);
        return ok(undefined);
      },
    );
  }

  truncate(length: number): Promise<Result<void, DiskFailure>> {
    let pending: PendingWrite | undefined;
    return this.#call(
      'disk truncate',
      'cache',
      () => {
        if (!this.#disk.faults.readOnly) pending = this.#image.truncate(length);
      },
      () => {
        if (pending === undefined) return err({ kind: 'readOnly' });
        pending.done = true;
        return ok(undefined);
      },
    );
  }

  size(): Promise<Result<number, DiskFailure>> {
    return this.#call('disk size', 'cache', nothing, () => ok(this.#image.cache.length));
  }

  close(): Promise<void> {
    return this.#call('disk close', 'cache', nothing, nothing);
  }

  /** How many bytes this write may place. */
  #grant(length: number, offset: number): Result<number, DiskFailure> {
    const { faults } = this.#disk;
    if (faults.readOnly) return this.#refuse('disk read-only', { kind: 'readOnly' });
    if (chance(this.#life.random, faults.writeEio)) return this.#refuse('write failed', io('write'));
    const grows = Math.max(0, offset + length - this.#image.cache.length);
    const free = Math.max(0, this.#disk.totalBytes - this.#disk.usedBytes());
    if (grows > free) {
      const fits = length - (grows - free);
      if (fits <= 0 || !chance(this.#life.random, 0.5)) return this.#refuse('no space', { kind: 'noSpace' });
      this.#life.loop.struck('short write');
      return ok(fits);
    }
    if (length <= 1 || !chance(this.#life.random, faults.shortWrite)) return ok(length);
    this.#life.loop.struck('short write');
    return ok(intBetween(this.#life.random, 1, length - 1));
  }

  #refuse(fault: string, failure: DiskFailure): Result<never, DiskFailure> {
    this.#life.loop.struck(fault);
    return err(failure);
  }

  #call<T>(label: string, kind: 'cache' | 'sync', begin: () => void, finish: () => T): Promise<T> {
    return this.#life.call(label, latencyMs(this.#life, kind) + this.#disk.stallMs(this.#life.loop.clock.mono()), begin, finish);
  }
}

const nothing = (): void => {};

/** An SD card: a tenth of a millisecond to the page cache, a few to tens of milliseconds to the medium. */
function latencyMs(life: Life, kind: 'cache' | 'sync'): number {
  const draw = life.random.next();
  return kind === 'cache' ? 0.02 + draw * 0.2 : 1 + 30 * draw * draw * draw;
}
