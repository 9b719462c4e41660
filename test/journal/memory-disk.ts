/** A disk in memory: knows what is durable, records every change, and fails on demand. */
import type { Disk, DiskFailure, DiskFile } from '@cardwatch/agent/journal';
import { err, ok, type Result } from '@cardwatch/kernel';

export interface Inode {
  bytes: Uint8Array;
  length: number;
}

/** One change, in the order in which the disk took it. `inode` numbers files by creation. */
export type Change =
  | { readonly op: 'create'; readonly path: string; readonly inode: number }
  | { readonly op: 'write'; readonly inode: number; readonly offset: number; readonly bytes: Uint8Array }
  | { readonly op: 'truncate'; readonly inode: number; readonly length: number }
  | { readonly op: 'sync'; readonly inode: number }
  | { readonly op: 'remove'; readonly path: string }
  | { readonly op: 'rename'; readonly from: string; readonly to: string }
  | { readonly op: 'syncFolder'; readonly folder: string };

export type DiskOp =
  | 'open'
  | 'write'
  | 'read'
  | 'sync'
  | 'truncate'
  | 'size'
  | 'list'
  | 'remove'
  | 'rename'
  | 'syncFolder'
  | 'makeFolder'
  | 'space';

/** Called before every operation; a failure returned is what the operation returns. */
export type Fault = (op: DiskOp, path: string) => DiskFailure | undefined;

export class MemoryDisk implements Disk {
  readonly inodes: Inode[] = [];
  readonly names = new Map<string, number>();
  readonly folders = new Set<string>(['']);
  readonly changes: Change[] = [];
  readonly counts: Partial<Record<DiskOp, number>> = {};
  record = false;
  capacityBytes = Number.POSITIVE_INFINITY;
  totalBytes = 1 << 30;
  fault: Fault | undefined;
  /** Bytes that one write takes at most. */
  writeLimit = Number.POSITIVE_INFINITY;
  /** Runs instead of an immediate answer to a sync, e.g. to let virtual time pass. */
  delay: ((op: DiskOp) => Promise<void> | undefined) | undefined;

  usedBytes(): number {
    let sum = 0;
    for (const inode of this.names.values()) sum += this.inodes[inode]?.length ?? 0;
    return sum;
  }

  bytesOf(path: string): Uint8Array | undefined {
    const inode = this.#inode(path);
    return inode?.bytes.subarray(0, inode.length);
  }

  /** Files below a folder, sorted. */
  paths(folder = ''): string[] {
    return [...this.names.keys()].filter((path) => path.startsWith(folder)).sort();
  }

  put(path: string, bytes: Uint8Array): void {
    const parent = path.slice(0, Math.max(0, path.lastIndexOf('/')));
    this.folders.add(parent);
    this.names.set(path, this.inodes.push({ bytes: bytes.slice(), length: bytes.length }) - 1);
  }

  copy(): MemoryDisk {
    const copy = new MemoryDisk();
    for (const folder of this.folders) copy.folders.add(folder);
    for (const path of this.paths()) copy.put(path, this.bytesOf(path) ?? new Uint8Array());
    return copy;
  }

  async open(path: string, mode: 'create' | 'readWrite' | 'read'): Promise<Result<DiskFile, DiskFailure>> {
    const failure = await this.#enter('open', path);
    if (failure !== undefined) return err(failure);
    let inode = this.names.get(path);
    if (mode === 'create') {
      if (inode === undefined) {
        inode = this.inodes.push({ bytes: new Uint8Array(256), length: 0 }) - 1;
        this.names.set(path, inode);
        this.#note({ op: 'create', path, inode });
      } else {
        (this.inodes[inode] as Inode).length = 0;
        this.#note({ op: 'truncate', inode, length: 0 });
      }
    }
    return inode === undefined ? err({ kind: 'missing' }) : ok(new MemoryFile(this, inode, path, mode !== 'read'));
  }

  async list(folder: string): Promise<Result<readonly string[], DiskFailure>> {
    const failure = await this.#enter('list', folder);
    if (failure !== undefined) return err(failure);
    if (!this.folders.has(folder)) return err({ kind: 'missing' });
    const prefix = folder === '' ? '' : `${folder}/`;
    const names = this.paths(prefix).map((path) => path.slice(prefix.length));
    return ok(names.filter((name) => !name.includes('/')));
  }

  async makeFolder(folder: string): Promise<Result<void, DiskFailure>> {
    const failure = await this.#enter('makeFolder', folder);
    this.folders.add(folder);
    return failure === undefined ? ok(undefined) : err(failure);
  }

  async remove(path: string): Promise<Result<void, DiskFailure>> {
    const failure = await this.#enter('remove', path);
    if (failure !== undefined) return err(failure);
    if (!this.names.delete(path)) return err({ kind: 'missing' });
    this.#note({ op: 'remove', path });
    return ok(undefined);
  }

  async rename(from: string, to: string): Promise<Result<void, DiskFailure>> {
    const failure = await this.#enter('rename', from);
    if (failure !== undefined) return err(failure);
    const inode = this.names.get(from);
    if (inode === undefined) return err({ kind: 'missing' });
    this.names.delete(from);
    this.names.set(to, inode);
    this.#note({ op: 'rename', from, to });
    return ok(undefined);
  }

  async syncFolder(folder: string): Promise<Result<void, DiskFailure>> {
    const failure = await this.#enter('syncFolder', folder);
    if (failure !== undefined) return err(failure);
    this.#note({ op: 'syncFolder', folder });
    return ok(undefined);
  }

  async space(): Promise<Result<{ readonly freeBytes: number; readonly totalBytes: number }, DiskFailure>> {
    const failure = await this.#enter('space', '');
    if (failure !== undefined) return err(failure);
    const capacity = Math.min(this.capacityBytes, this.totalBytes);
    return ok({ freeBytes: Math.max(0, capacity - this.usedBytes()), totalBytes: capacity });
  }

  async writeInode(
    inode: number,
    path: string,
    parts: readonly Uint8Array[],
    offset: number,
  ): Promise<Result<number, DiskFailure>> {
    const failure = await this.#enter('write', path);
    if (failure !== undefined) return err(failure);
    const node = this.inodes[inode] as Inode;
    const all = concat(parts);
    const room = Math.max(0, this.capacityBytes - this.usedBytes() + Math.max(0, node.length - offset));
    const taken = Math.min(all.length, room, this.writeLimit);
    if (taken === 0 && all.length > 0) return err({ kind: 'noSpace' });
    const bytes = all.slice(0, taken);
    applyWrite(node, offset, bytes);
    this.#note({ op: 'write', inode, offset, bytes });
    return ok(taken);
  }

  async readInode(inode: number, path: string, offset: number, length: number): Promise<Result<Uint8Array, DiskFailure>> {
    const failure = await this.#enter('read', path);
    if (failure !== undefined) return err(failure);
    const node = this.inodes[inode] as Inode;
    return ok(node.bytes.slice(Math.min(offset, node.length), Math.min(offset + length, node.length)));
  }

  async syncInode(inode: number, path: string): Promise<Result<void, DiskFailure>> {
    const failure = await this.#enter('sync', path);
    if (failure !== undefined) return err(failure);
    this.#note({ op: 'sync', inode });
    return ok(undefined);
  }

  async truncateInode(inode: number, path: string, length: number): Promise<Result<void, DiskFailure>> {
    const failure = await this.#enter('truncate', path);
    if (failure !== undefined) return err(failure);
    applyTruncate(this.inodes[inode] as Inode, length);
    this.#note({ op: 'truncate', inode, length });
    return ok(undefined);
  }

  async sizeOf(inode: number, path: string): Promise<Result<number, DiskFailure>> {
    const failure = await this.#enter('size', path);
    return failure === undefined ? ok((this.inodes[inode] as Inode).length) : err(failure);
  }

  async #enter(op: DiskOp, path: string): Promise<DiskFailure | undefined> {
    this.counts[op] = (this.counts[op] ?? 0) + 1;
    const pause = this.delay?.(op);
    if (pause !== undefined) await pause;
    return this.fault?.(op, path);
  }

  #note(change: Change): void {
    if (this.record) this.changes.push(change);
  }

  #inode(path: string): Inode | undefined {
    const inode = this.names.get(path);
    return inode === undefined ? undefined : this.inodes[inode];
  }
}

class MemoryFile implements DiskFile {
  readonly #disk: MemoryDisk;
  readonly #inode: number;
  readonly #path: string;
  readonly #writable: boolean;

  constructor(disk: MemoryDisk, inode: number, path: string, writable: boolean) {
    this.#disk = disk;
    this.#inode = inode;
    this.#path = path;
    this.#writable = writable;
  }

  write(parts: readonly Uint8Array[], offset: number): Promise<Result<number, DiskFailure>> {
    if (!this.#writable) return Promise.resolve(err({ kind: 'io', detail: 'opened for reading' }));
    return this.#disk.writeInode(this.#inode, this.#path, parts, offset);
  }

  read(offset: number, length: number): Promise<Result<Uint8Array, DiskFailure>> {
    return this.#disk.readInode(this.#inode, this.#path, offset, length);
  }

  sync(): Promise<Result<void, DiskFailure>> {
    return this.#disk.syncInode(this.#inode, this.#path);
  }

  truncate(length: number): Promise<Result<void, DiskFailure>> {
    return this.#disk.truncateInode(this.#inode, this.#path, length);
  }

  size(): Promise<Result<number, DiskFailure>> {
    return this.#disk.sizeOf(this.#inode, this.#path);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

export function applyWrite(inode: Inode, offset: number, bytes: Uint8Array): void {
  const end = offset + bytes.length;
  if (end > inode.bytes.length) {
    const grown = new Uint8Array(Math.max(end, 2 * inode.bytes.length));
    grown.set(inode.bytes.subarray(0, inode.length));
    inode.bytes = grown;
  }
  if (offset > inode.length) inode.bytes.fill(0, inode.length, offset);
  inode.bytes.set(bytes, offset);
  inode.length = Math.max(inode.length, end);
}

export function applyTruncate(inode: Inode, length: number): void {
  if (length > inode.length) applyWrite(inode, inode.length, new Uint8Array(length - inode.length));
  inode.length = length;
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  if (parts.length === 1 && parts[0] !== undefined) return parts[0];
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
