/** The agent's doors to the world. Real ones in `shell/`, virtual ones in tests and in `test/simulation`. */
import type { DeviceId } from '@cardwatch/contracts';
import type { Result } from '@cardwatch/kernel';
import type { CursorDocument } from './collect/cursor.ts';
import type { Hop } from './ways/ways.core.ts';

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
  /** `create` makes the file or empties it and allows both; the others fail with `missing` when it is not there. */
  open(path: string, mode: 'create' | 'readWrite' | 'read'): Promise<Result<DiskFile, DiskFailure>>;
  /** Names in a folder, without the folder; '' is the root. */
  list(folder: string): Promise<Result<readonly string[], DiskFailure>>;
  /** Fine when it is there already. */
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
  /** SHA-256 of what comes in pieces. Without it a whole is read back and hashed at once. */
  readonly startSha256?: () => RunningHash;
}

export interface RunningHash {
  update(bytes: Uint8Array): void;
  digest(): Uint8Array;
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

/** What is done to a record before it leaves the process: nothing plain reaches the disk, the wire or a log. */
export interface RecordCrypto {
  /** First 128 bits, in hex, of HMAC-SHA-256(site key, raw record). */
  contentHash(raw: Uint8Array): string;
  /** First 128 bits, in hex, of HMAC-SHA-256(site key, card digits as ASCII). */
  cardRef(digits: string): string;
  /** `<keyId>.<base64url(nonce 12 | ciphertext | tag 16)>`, AES-256-GCM under the data key, AAD = UTF-8 of the device id. */
  seal(deviceId: DeviceId, plain: Uint8Array): string;
}

/** How the body of a batch is made smaller; zstd in programs. */
export type Compress = (body: Uint8Array) => Uint8Array;

export interface CursorFailure {
  readonly kind: 'io' | 'damaged';
  readonly detail: string;
}

/** The one small mutable document of an agent. `save` resolves when the whole document is durable; the old one stays until then. */
export interface CursorStore {
  /** An empty document when there is none yet. */
  load(): Promise<Result<CursorDocument, CursorFailure>>;
  save(document: CursorDocument): Promise<Result<void, CursorFailure>>;
}

/** What the machine says of itself at this moment. */
export interface HostFacts {
  readonly rssBytes: number;
  readonly cpuPct: number;
  readonly diskFreeBytes: number;
  readonly temperatureC?: number;
  readonly clockQuality: 'synced' | 'unsynced' | 'unknown';
}

/** What the host itself sees of the network that its devices stand in. Neither call fails: what cannot be seen is not there. */
export interface Neighbourhood {
  /** Hardware address by IPv4 address, of what the host has lately talked with on its own networks. */
  arp(): Promise<ReadonlyMap<string, string>>;
  /** Asks `host`, an IPv4 address, with `ttl` hops to live: who answers. */
  hop(host: string, ttl: number): Promise<Hop>;
}
