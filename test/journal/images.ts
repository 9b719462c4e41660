/**
 * Disks as a crash may leave them, made from a recorded run. What was synced is there. Of the rest each block of each write, each truncation and each name
 * reached the medium or did not, in any mixture: whole, torn at a byte, or as zeros behind the old end of the file.
 */
import { chance, intBetween, type Random } from '@cardwatch/kernel';
import { applyTruncate, applyWrite, type Change, type Inode, MemoryDisk } from './memory-disk.ts';

const folders = ['', 'money', 'event', 'health', 'quarantine'];
const folderOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')));

function emptyDisk(): MemoryDisk {
  const disk = new MemoryDisk();
  for (const folder of folders) disk.folders.add(folder);
  return disk;
}

/** A recorded run: what stood on the disk before it, inodes numbered as in its changes, and every change. */
export interface Trace {
  readonly base: MemoryDisk;
  readonly changes: readonly Change[];
}

/** Bytes at which the process may be killed. */
const killableAt = (change: Change): number => (change.op === 'write' ? change.bytes.length : 1);

export const countByteCuts = ({ changes }: Trace): number => changes.reduce((sum, change) => sum + killableAt(change), 0);

/**
 * A process that was killed: everything up to a byte reached the page cache. Calls `visit` for every cut, or for every `step`th, until it says no; returns
 * how many there were.
 */
export async function everyByteCut(
  { base, changes }: Trace,
  visit: (image: MemoryDisk, at: { readonly change: number; readonly byte: number }) => Promise<boolean>,
  step = 1,
): Promise<number> {
  const disk = new Replay(base);
  let cuts = 0;
  let next = 0;
  for (const [index, change] of changes.entries()) {
    const length = killableAt(change);
    for (; next < length; next += step) {
      cuts++;
      const cut = change.op === 'write' && next > 0 ? { ...change, length: next } : undefined;
      if (!(await visit(disk.image(cut), { change: index, byte: next }))) return cuts;
    }
    next -= length;
    disk.apply(change);
  }
  return cuts;
}

/** Something that reaches the medium or does not. */
export type Unit =
  | { readonly kind: 'block'; readonly inode: number; readonly offset: number; readonly bytes: Uint8Array }
  | { readonly kind: 'length'; readonly inode: number; readonly length: number }
  | {
      readonly kind: 'names';
      readonly folder: string;
      readonly set: readonly (readonly [path: string, inode: number | undefined])[];
    };

/** Bytes of a block that were kept (more than it has: all; of the other units: kept or not), or zeros in its place. */
export type Fate = number | 'zeros';
export const kept = Number.POSITIVE_INFINITY;
export const lost = 0;

/** The moment before change `upto`: what is durable, and what hangs in the air. */
export class CrashPoint {
  readonly units: readonly Unit[];
  readonly #durable: Replay;

  constructor({ base, changes }: Trace, upto: number, blockBytes: number) {
    const before = changes.slice(0, upto);
    const lastSync = new Map<number | string, number>();
    for (const [index, change] of before.entries()) {
      if (change.op === 'sync') lastSync.set(change.inode, index);
      if (change.op === 'syncFolder') lastSync.set(change.folder, index);
    }
    const shown = new Map(base.names);
    const units: Unit[] = [];
    this.#durable = new Replay(base);
    for (const [index, change] of before.entries()) {
      const isName = change.op === 'create' || change.op === 'remove' || change.op === 'rename';
      const set = isName ? namesOf(change, shown) : [];
      for (const [path, inode] of set) setName(shown, path, inode);
      if (change.op === 'create') this.#durable.add(change.inode);
      if (index < (lastSync.get(keyOf(change)) ?? -1)) this.#durable.take(change, set);
      else if (isName) units.push({ kind: 'names', folder: keyOf(change) as string, set });
      else if (change.op === 'truncate') units.push({ kind: 'length', inode: change.inode, length: change.length });
      else if (change.op === 'write') units.push(...blocksOf(change, blockBytes));
    }
    this.units = units;
  }

  image(fateOf: (unit: Unit, index: number) => Fate): MemoryDisk {
    const fates = this.units.map(fateOf);
    const names = new Map(this.#durable.names);
    for (const [index, unit] of this.units.entries())
      if (unit.kind === 'names' && fates[index] !== lost) for (const [path, inode] of unit.set) setName(names, path, inode);
    const [disk, placeOf] = this.#durable.materialise(names);
    for (const [index, unit] of this.units.entries()) {
      if (unit.kind === 'names') continue;
      const inode = placeOf(unit.inode);
      if (inode !== undefined) applyUnit(inode, unit, fates[index] ?? lost, this.#durable.lengthOf(unit.inode));
    }
    return disk;
  }

  /** Every mixture of kept and lost; only for few units. */
  *everyMixture(): Generator<MemoryDisk> {
    for (let mask = 0; mask < 2 ** this.units.length; mask++)
      yield this.image((_unit, index) => ((mask >> index) & 1 ? kept : lost));
  }

  /** Any mixture. Names mostly in order, as file systems journal them; now and then any of them, because nothing promises it. */
  anyMixture(random: Random): MemoryDisk {
    const density = random.next();
    const zeros = chance(random, 0.5) ? 0 : 0.4;
    const torn = chance(random, 0.2) ? 0.3 : 0;
    const namesKept = this.#anyNames(random);
    return this.image((unit) => {
      if (unit.kind === 'names') return namesKept.has(unit) ? kept : lost;
      if (!chance(random, density)) return unit.kind === 'block' && chance(random, zeros) ? 'zeros' : lost;
      return unit.kind === 'block' && chance(random, torn) ? intBetween(random, 1, unit.bytes.length) : kept;
    });
  }

  #anyNames(random: Random): ReadonlySet<Unit> {
    const names = this.units.filter((unit) => unit.kind === 'names');
    const how = random.next();
    if (how < 0.4) return new Set(names.slice(0, intBetween(random, 0, names.length)));
    if (how > 0.75) return new Set(names.filter(() => chance(random, 0.5)));
    const limits = new Map(folders.map((folder) => [folder, intBetween(random, 0, names.length)]));
    return new Set(names.filter((unit, index) => index < (limits.get(unit.folder) ?? 0)));
  }
}

/** Changes applied one after another. */
class Replay {
  readonly names: Map<string, number>;
  readonly #inodes: Inode[];

  constructor(base: MemoryDisk) {
    this.names = new Map(base.names);
    this.#inodes = base.inodes.map(({ bytes, length }) => ({ bytes: bytes.slice(0, length), length }));
  }

  add(inode: number): void {
    this.#inodes[inode] = { bytes: new Uint8Array(64), length: 0 };
  }

  apply(change: Change): void {
    const isName = change.op === 'create' || change.op === 'remove' || change.op === 'rename';
    if (change.op === 'create') this.add(change.inode);
    this.take(change, isName ? namesOf(change, this.names) : []);
  }

  take(change: Change, set: readonly (readonly [string, number | undefined])[]): void {
    for (const [path, inode] of set) setName(this.names, path, inode);
    if (change.op === 'write') applyWrite(this.#inodes[change.inode] as Inode, change.offset, change.bytes);
    if (change.op === 'truncate') applyTruncate(this.#inodes[change.inode] as Inode, change.length);
  }

  lengthOf(inode: number): number {
    return this.#inodes[inode]?.length ?? 0;
  }

  /** A disk of its own with these names, and where an inode of the trace stands on it. */
  materialise(names: ReadonlyMap<string, number>): readonly [MemoryDisk, (inode: number) => Inode | undefined] {
    const disk = emptyDisk();
    const places = new Map<number, Inode>();
    for (const [path, inode] of names) {
      const { bytes, length } = this.#inodes[inode] as Inode;
      const copy = { bytes: bytes.slice(0, length), length };
      places.set(inode, copy);
      disk.names.set(path, disk.inodes.push(copy) - 1);
    }
    return [disk, (inode) => places.get(inode)];
  }

  /** As it stands, with the first bytes of one more write. */
  image(
    cut: { readonly inode: number; readonly offset: number; readonly bytes: Uint8Array; readonly length: number } | undefined,
  ): MemoryDisk {
    const [disk, placeOf] = this.materialise(this.names);
    const inode = cut === undefined ? undefined : placeOf(cut.inode);
    if (inode !== undefined && cut !== undefined) applyWrite(inode, cut.offset, cut.bytes.subarray(0, cut.length));
    return disk;
  }
}

type NameChange = Extract<Change, { op: 'create' | 'remove' | 'rename' }>;

function namesOf(change: NameChange, shown: ReadonlyMap<string, number>): readonly (readonly [string, number | undefined])[] {
  if (change.op === 'create') return [[change.path, change.inode]];
  if (change.op === 'remove') return [[change.path, undefined]];
  return [
    [change.to, shown.get(change.from)],
    [change.from, undefined],
  ];
}

function setName(names: Map<string, number>, path: string, inode: number | undefined): void {
  if (inode === undefined) names.delete(path);
  else names.set(path, inode);
}

/** What a sync must name to cover the change. */
function keyOf(change: Change): number | string {
  switch (change.op) {
    case 'create':
    case 'remove':
      return folderOf(change.path);
    case 'rename':
      return folderOf(change.to);
    case 'syncFolder':
      return change.folder;
    default:
      return change.inode;
  }
}

function blocksOf({ inode, offset, bytes }: Extract<Change, { op: 'write' }>, blockBytes: number): Unit[] {
  const blocks: Unit[] = [];
  for (let at = offset; at < offset + bytes.length; ) {
    const next = Math.min(offset + bytes.length, (Math.floor(at / blockBytes) + 1) * blockBytes);
    blocks.push({ kind: 'block', inode, offset: at, bytes: bytes.subarray(at - offset, next - offset) });
    at = next;
  }
  return blocks;
}

function applyUnit(inode: Inode, unit: Exclude<Unit, { kind: 'names' }>, fate: Fate, durableLength: number): void {
  if (fate === lost) return;
  if (unit.kind === 'length') return applyTruncate(inode, unit.length);
  const { offset, bytes } = unit;
  if (fate !== 'zeros') return applyWrite(inode, offset, bytes.subarray(0, fate));
  // Space that was allocated and never written shows zeros; what stood there before stays.
  const from = Math.max(offset, durableLength);
  if (from < offset + bytes.length) applyWrite(inode, from, new Uint8Array(offset + bytes.length - from));
}
