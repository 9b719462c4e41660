import { z } from 'zod';

/** Lower-case letters, digits, hyphens; 1 to 63; safe in a topic, a file name and a URL. */
const slug = z.string().regex(/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/);

export const SiteId = slug.brand<'SiteId'>();
export type SiteId = z.infer<typeof SiteId>;

export const AgentId = slug.brand<'AgentId'>();
export type AgentId = z.infer<typeof AgentId>;

/** One device of the whole installation, e.g. `yb-b3-bath-07`. */
export const DeviceId = slug.brand<'DeviceId'>();
export type DeviceId = z.infer<typeof DeviceId>;

/** 128-bit nonce of one process start, 32 hex digits. */
export const InstanceId = z
  .string()
  .regex(/^[0-9a-f]{32}$/)
  .brand<'InstanceId'>();
export type InstanceId = z.infer<typeof InstanceId>;

/** Sequence number of one stream in one epoch; starts at 1, no holes by construction. */
export const Seq = z.int().min(1).brand<'Seq'>();
export type Seq = z.infer<typeof Seq>;

/** Life of one journal; granted by the collector, strictly increasing per agent, from 1. */
export const EpochNo = z.int().min(1).max(0xffffffff).brand<'EpochNo'>();
export type EpochNo = z.infer<typeof EpochNo>;

/** Something that a person may have a device do, as its driver calls it, e.g. `valveClose`. */
export const OperationName = z.string().regex(/^[a-z][A-Za-z0-9]{0,31}$/);
export type OperationName = z.infer<typeof OperationName>;

/** `<protocol>/<vendor>/<model>`, the folder of a profile under `firmware-protocols/`. */
export const ProfileName = z.string().regex(/^[a-z0-9-]+\/[a-z0-9-]+\/[a-z0-9-]+$/);
export type ProfileName = z.infer<typeof ProfileName>;

export const Stream = z.enum(['money', 'event', 'health']);
export type Stream = z.infer<typeof Stream>;
export const streams: readonly Stream[] = Stream.options;

/** Epoch milliseconds on the wire; negative and absurd values are refused. */
export const WireTime = z.int().min(0).max(32_503_680_000_000);
export const Fen = z.int().min(-1_000_000_000).max(1_000_000_000);
export const Hash128 = z.string().regex(/^[0-9a-f]{32}$/);
export const Hash256 = z.string().regex(/^[0-9a-f]{64}$/);

/** AES-256-GCM under a named key: `<keyId>.<base64url(nonce 12 | ciphertext | tag 16)>`. */
export const Sealed = z
  .string()
  .max(4_096)
  .regex(/^[a-z0-9]{1,16}\.[A-Za-z0-9_-]{38,}$/);
export type Sealed = z.infer<typeof Sealed>;
