import type { EpochMs } from '@cardwatch/kernel';

/** How a slave's receiver is set. Bytes sent under other settings are garbage to it. */
export interface Rate {
  readonly baudRate: number;
  readonly parity: 'none' | 'even' | 'odd';
}

/** A device on a two-wire line, whatever it speaks. */
export interface WireSlave {
  readonly deviceId: string;
  readonly rate: Rate;
  /** Time it thinks before it answers, ms. */
  readonly thinkMs: number;
  /** Looks for a sound request to itself in what came since the line was last quiet. Undefined: none yet. An empty answer is silence on purpose. */
  answer(heard: Uint8Array, now: EpochMs): Uint8Array | undefined;
  /** The same reply under somebody else's address, its checksum right. */
  readdressed(reply: Uint8Array): Uint8Array;
  /** Faults of the device itself: true when it has this one. */
  fault(type: string, on: boolean, now: EpochMs): boolean;
  snapshot(): unknown;
}

/** Start bit, 8 data bits, parity, one stop bit. */
export const charMsOf = ({ baudRate, parity }: Rate): number => ((parity === 'none' ? 10 : 11) * 1_000) / baudRate;

export const sameRate = (a: Rate, b: Rate): boolean => a.baudRate === b.baudRate && a.parity === b.parity;
