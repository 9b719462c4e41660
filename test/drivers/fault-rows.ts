/** The faults that every driver must survive on every kind of connection. A driver without a row for each of them fails the suite. */
export const faults = [
  'timeout',
  'halfFrame',
  'wrongChecksum',
  'wrongAddress',
  'reset',
  'slowDrip',
  'lateReply',
  'echo',
  'noise',
  'merged',
  'split',
] as const;
export type Fault = (typeof faults)[number];

/** What the far side does instead of a plain reply. */
export interface Wire {
  readonly request: Uint8Array;
  readonly reply: Uint8Array;
  feed(bytes: Uint8Array, afterMs?: number): void;
  reset(): void;
}

export interface FaultRow {
  readonly act: (wire: Wire) => void;
  /** `ok` with the right values, or the kind of failure. */
  readonly outcome: string;
  /** Counters that must stand at exactly this after the fault and the two sound polls that follow. */
  readonly counters?: Readonly<Record<string, number>>;
}

export interface FaultBench {
  readonly protocol: string;
  /** As the driver's connection schema takes it, with a reply time-out of `replyTimeoutMs`. */
  readonly connection: Readonly<Record<string, unknown>>;
  readonly profile: unknown;
  /** Sound reply of the far side to a request. */
  readonly answer: (request: Uint8Array) => Uint8Array | undefined;
  readonly rows: Readonly<Record<Fault, FaultRow>>;
  /** The task that the fault strikes, and another where there is one; with the values that each gives. */
  readonly first: Asked;
  readonly second: Asked;
}

export interface Asked {
  readonly task: string;
  readonly values: Readonly<Record<string, unknown>>;
}

export const replyTimeoutMs = 200;
