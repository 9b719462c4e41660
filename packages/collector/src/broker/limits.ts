import { batchLimits } from '@cardwatch/contracts';

/** Where a default of aedes stood in the way, its value is told (reliability study, section 3.1). */
export const brokerLimits = {
  connectBytes: 4 * 1024,
  packetBytes: batchLimits.wireBytes + 1_024,
  subscribeBytes: 1_024,
  /** CONNECT must have come by then; aedes: 30 s. */
  connectTimeoutMs: 5_000,
  tlsHandshakeMs: 10_000,
  /** Longest keep-alive an agent may ask for; none is refused. aedes: no limit. */
  keepaliveS: 120,
  /** A peer that does not read is disconnected after this; aedes: 60 s. */
  drainTimeoutMs: 10_000,
  /** Packets of a client that wait for its CONNACK; aedes: 42. */
  queuedPackets: 16,
  clientIdLength: 64,
  /** aedes: 100. */
  topicLevels: 8,
  /** aedes: 1,000. QoS 2 is refused before it counts. */
  inflightInbound: 16,
  connections: 2_000,
  connectionsPerIp: 8,
  /** This machine's own: simulators, tests, a proxy in front. */
  connectionsLoopback: 512,
  connectsPerIpMinute: 30,
  connectsLoopbackMinute: 6_000,
  /**
   * One connection's bytes and messages, refilled evenly; beyond its burst it is read more slowly, and TCP holds the sender. A draining agent needs a
   * tenth: 11,000 records a second are some 50 batches of 20 KiB.
   */
  clientBytesPerSecond: 16 * 1024 * 1024,
  clientBytesBurst: 32 * 1024 * 1024,
  clientMessagesPerSecond: 2_000,
  clientMessagesBurst: 8_000,
  /** Bytes that may wait in a peer's socket; more acknowledgements are dropped and asked for again. */
  unsentBytes: 1024 * 1024,
  authFailuresPerPair: 5,
  authFailuresPerIp: 50,
  authWindowMs: 600_000,
  authBanMs: 1_800_000,
  /** Takeovers of one agent in a minute, after which no more are allowed for the ban. */
  takeovers: 5,
  takeoverWindowMs: 60_000,
  takeoverBanMs: 300_000,
  /**
   * Connects of one agent from one address in a minute, after which its next ones are refused for the ban. The back-off of an honest agent makes
   * some six of it.
   */
  flaps: 15,
  flapWindowMs: 60_000,
  flapBanMs: 300_000,
  /** Addresses and agents that the counts above are kept for. */
  counted: 10_000,
  credentialReloadMs: 2_000,
  /** The listener connects to itself, publishes and hears; `canaryMisses` in a row and it listens anew. */
  canaryEveryMs: 10_000,
  canaryDeadlineMs: 5_000,
  canaryMisses: 3,
} as const;
export type BrokerLimits = { readonly [K in keyof typeof brokerLimits]: number };
