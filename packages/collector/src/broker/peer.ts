import type { AgentAddress } from '@cardwatch/contracts';
import type { ConnectFacts } from './access.core.ts';

/** What the broker knows of one connection beside what aedes knows. */
export interface Peer {
  readonly ip: string;
  /** From its CONNECT. */
  facts: ConnectFacts | undefined;
  /** Set when the secret was right. */
  address: AgentAddress | undefined;
  takenOver: boolean;
  /** Filters that were granted, with their QoS. */
  readonly granted: Map<string, 0 | 1>;
  /** Why it was sent away has been told. */
  told: boolean;
  /** It is the broker itself, looking whether it still answers. */
  canary: boolean;
  /** When it last counted as a sign of life, monotonic. */
  heardMs: number;
}
