/** The agent's doors to the world. Real ones in `shell/`, virtual ones in tests and in `test/simulation`. */
import type { Result } from '@cardwatch/kernel';

export type DiskFailure =
  | { readonly kind: 'noSpace' }
  | { readonly kind: 'readOnly' }
  | { readonly kind: 'io'; readonly detail: string }
  | { readonly kind: 'missing' };

/** An open file for appending and reading. Offsets and lengths in bytes. */
export interface DiskFile {
  /** Writes at `offset`; a short write is legal and told by the number returned. Resolves when the kernel has the bytes, not when they are durable. */
  write(parts: readonly Uint8Array[], offset: number): Promise<Result<number, DiskFailure>>;
  read(offset: number, length: number): Promise<Result<Uint8Array, DiskFailure>>;
  /** fdatasync: what was written before is durable when it resolves. After a failure nothing about the file may be trusted. */
  sync(): Promise<Result<void, DiskFailure>>;
  truncate(length: number): Promise<Result<void, DiskFailure>>;
  size(): Promise<Result<number, DiskFailure>>;
  close(): Promise<void>;
}

/** A folder tree. Paths are relative, with `/`. Creation and removal are durable only after `syncFolder`. */
export interface Disk {
  open(path: string, mode: 'create' | 'readWrite' | 'read'): Promise<Result<DiskFile, DiskFailure>>;
  list(folder: string): Promise<Result<readonly string[], DiskFailure>>;
  makeFolder(folder: string): Promise<Result<void, DiskFailure>>;
  remove(path: string): Promise<Result<void, DiskFailure>>;
  rename(from: string, to: string): Promise<Result<void, DiskFailure>>;
  syncFolder(folder: string): Promise<Result<void, DiskFailure>>;
  /** Bytes that may still be written by us, and the size of the partition. */
  space(): Promise<Result<{ readonly freeBytes: number; readonly totalBytes: number }, DiskFailure>>;
}

/** SHA-256, HMAC and the like come in so that cores stay pure. */
export interface Hasher {
  sha256(bytes: Uint8Array): Uint8Array;
}

export type LinkFailure =
  | { readonly kind: 'unreachable'; readonly detail: string }
  | { readonly kind: 'refused'; readonly detail: string }
  | { readonly kind: 'timeout' }
  | { readonly kind: 'closed' };

/** One attempt at a connection to the broker: fresh client, clean session, QoS 1, will on `up/bye`, subscribed to `down/#` when it resolves. */
export interface Link {
  connect(): Promise<Result<LinkConnection, LinkFailure>>;
}

export interface LinkConnection {
  /** Resolves at PUBACK. That frees the in-flight slot and means nothing for custody. */
  publish(topic: string, payload: Uint8Array): Promise<Result<void, LinkFailure>>;
  onMessage(listener: (topic: string, payload: Uint8Array) => void): void;
  onClose(listener: (reason: string) => void): void;
  close(): Promise<void>;
}
