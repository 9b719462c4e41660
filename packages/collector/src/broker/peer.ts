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
  /** When it last counted as a sign of life, monotonic. */
  heardMs: number;
}
