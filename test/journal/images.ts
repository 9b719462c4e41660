/** Disks as a crash may leave them, made from a recorded run. */
import { chance, intBetween, type Random } from '@cardwatch/kernel';
import { applyTruncate, applyWrite, type Change, type Inode, MemoryDisk } from './memory-disk.ts';

const sectorBytes = 512;
const folders = ['', 'money', 'event', 'health', 'quarantine'];
const folderOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')));

function emptyImage(): MemoryDisk {
  const disk = new MemoryDisk();
  for (const folder of folders) disk.folders.add(folder);
  return disk;
}

function apply(disk: MemoryDisk, change: Change, bytes?: Uint8Array): void {
  switch (change.op) {
    case 'create':
      disk.names.set(change.path, change.inode);
      disk.inodes[change.inode] = { bytes: new Uint8Array(64), length: 0 };
      return;
    case 'write':
      return applyWrite(disk.inodes[change.inode] as Inode, change.offset, bytes ?? change.bytes);
    case 'truncate':
      return applyTruncate(disk.inodes[change.inode] as Inode, change.length);
    case 'remove':
      disk.names.delete(change.path);
      return;
    case 'rename':
      disk.names.set(change.to, disk.names.get(change.from) as number);
      disk.names.delete(change.from);
      return;
    case 'sync':
    case 'syncFolder':
      return;
  }
}

/** A process that was killed: everything up to a byte reached the page cache. Calls `visit` for each cut; returns their number. */
export async function everyByteCut(
  changes: readonly Change[],
  visit: (image: MemoryDisk, at: { readonly change: number; readonly byte: number }) => Promise<void>,
): Promise<number> {
  const disk = emptyImage();
  let cuts = 0;
  for (const [index, change] of changes.entries()) {
    const length = change.op === 'write' ? change.bytes.length : 1;
    for (let byte = 0; byte < length; byte++) {
      const image = disk.copy();
      if (change.op === 'write' && byte > 0) cut(image, disk, change, byte);
      await visit(image, { change: index, byte });
      cuts++;
    }
    apply(disk, change);
  }
  return cuts;
}

function cut(image: MemoryDisk, disk: MemoryDisk, change: Extract<Change, { op: 'write' }>, byte: number): void {
  const path = [...disk.names].find(([, inode]) => inode === change.inode)?.[0];
  const inode = path === undefined ? undefined : image.inodes[image.names.get(path) as number];
  if (inode !== undefined) applyWrite(inode, change.offset, change.bytes.subarray(0, byte));
}

/**
 * A power cut before change `upto`: what was synced is there; of later writes any sectors, in any order; of later names in a folder any first few.
 */
export function powerCut(changes: readonly Change[], upto: number, random: Random): MemoryDisk {
  const disk = emptyImage();
  const lastSync = new Map<number, number>();
  const lastFolderSync = new Map<string, number>();
  for (const [index, change] of changes.slice(0, upto).entries()) {
    if (change.op === 'sync') lastSync.set(change.inode, index);
    if (change.op === 'syncFolder') lastFolderSync.set(change.folder, index);
  }
  const nameLimit = new Map(folders.map((folder) => [folder, intBetween(random, (lastFolderSync.get(folder) ?? -1) + 1, upto)]));
  for (const [index, change] of changes.slice(0, upto).entries()) {
    if (change.op === 'create' || change.op === 'remove' || change.op === 'rename')
      applyName(disk, change, index < (nameLimit.get(folderOf(change.op === 'rename' ? change.to : change.path)) ?? 0));
    else if (change.op === 'write' || change.op === 'truncate') {
      if (index < (lastSync.get(change.inode) ?? -1)) apply(disk, change);
      else if (change.op === 'truncate') {
        if (chance(random, 0.5)) apply(disk, change);
      } else applySectors(disk, change, random);
    }
  }
  return disk;
}

function applyName(disk: MemoryDisk, change: Extract<Change, { op: 'create' | 'remove' | 'rename' }>, kept: boolean): void {
  if (change.op === 'create') disk.inodes[change.inode] = { bytes: new Uint8Array(64), length: 0 };
  if (!kept) return;
  if (change.op === 'rename' && !disk.names.has(change.from)) return;
  if (change.op === 'create') disk.names.set(change.path, change.inode);
  else apply(disk, change);
}

function applySectors(disk: MemoryDisk, change: Extract<Change, { op: 'write' }>, random: Random): void {
  const keep = random.next();
  const end = change.offset + change.bytes.length;
  for (let at = change.offset; at < end; ) {
    const next = Math.min(end, (Math.floor(at / sectorBytes) + 1) * sectorBytes);
    if (chance(random, keep))
      applyWrite(disk.inodes[change.inode] as Inode, at, change.bytes.subarray(at - change.offset, next - change.offset));
    at = next;
  }
}
