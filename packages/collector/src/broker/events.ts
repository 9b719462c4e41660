import type { AgentAddress, UpKind } from '@cardwatch/contracts';

/** What the broker tells ingest. */
export interface BrokerEvents {
  /** `settled`: see `Ingest.receive`. */
  receive(from: AgentAddress, kind: UpKind, payload: Uint8Array, settled?: () => void): void;
  connected(from: AgentAddress): void;
  heard(from: AgentAddress): void;
  disconnected(from: AgentAddress, why: 'closed' | 'takenOver'): void;
}

export type BrokerRefusal =
  | 'frame'
  | 'tooManyConnections'
  | 'connectRate'
  | 'banned'
  | 'username'
  | 'clientId'
  | 'persistentSession'
  | 'will'
  | 'credentials'
  | 'suspended'
  | 'takeovers'
  | 'flapping'
  | 'keepalive'
  /** No TLS, no common cipher, or too slow about it. */
  | 'handshake'
  /** Does not read what it is sent. */
  | 'slowReader'
  /** Nothing whole came for one and a half keep-alives. */
  | 'silent'
  | 'publish'
  | 'subscribe'
  | 'protocol'
  /** Not refused but slowed: it is read only as fast as its allowance. */
  | 'throttled';

/** One refusal, for the audit trail and the metrics; never a secret or a payload. */
export interface BrokerAudit {
  readonly refusal: BrokerRefusal;
  readonly ip: string;
  readonly agent: string | undefined;
  readonly detail: string;
}
