/**
 * Taking bytes apart without a device: what `cardwatch-agent decode` prints, and what the sample vectors are checked with. A decoder is made of the
 * driver's own codec, so that what is proven here is what runs.
 */
import type { PassMethod, PassResult, RecordKind } from '@cardwatch/contracts';
import type { CommonProfile } from './profile.ts';

export const decodeLimits = { inputBytes: 8 * 1024 * 1024, frames: 10_000, rejected: 1_000 } as const;

export interface DecodeInput {
  /** As they would come from the wire, one piece after the other. */
  readonly chunks: readonly Uint8Array[];
  readonly profile?: CommonProfile;
  /** Of the HTTP message that carried it, with its parameters. */
  readonly contentType?: string;
}

/** Part of a frame or of something that is not an observation: keys are those of the sample vectors' `decoded` and `expected`. */
export type DecodedKeys = Readonly<Record<string, unknown>>;

/** One JSON document. `frames` tell what the bytes say, in the words of their protocol; `observations` what that means, in the words of this house. */
export interface Decoded {
  readonly frames: readonly DecodedKeys[];
  readonly observations: readonly (DecodedObservation | DecodedKeys)[];
  readonly rejected: readonly Rejection[];
  /** What a driver would answer the device with, hex for bytes, text for HTTP. */
  readonly reply?: string;
}

/** What all observations may carry. */
interface DecodedCommon {
  /** The device's own serial or trace number of this record or event. */
  readonly deviceSeq?: number;
  /** The device's clock as it was read, `yyyy-MM-dd HH:mm:ss` where all of it is known, else the part that is. */
  readonly observedText?: string;
  /** What is wrong with it, where it came out of a sound frame and is no sound record. */
  readonly problem?: string;
}

/** A payment, its reversal, or the host's word on one. Money in integer fen, at least 0: the direction comes from `transaction`. */
export interface DecodedTransaction extends DecodedCommon {
  readonly kind: 'transaction';
  /** 消费 consume, 充值 recharge, 退款 refund, 冲正 reversal…; `unknown` for a mark that no profile maps. */
  readonly transaction: DecodedTransactionKind;
  /** `requested`: nobody has said yes yet. `recorded`: a terminal or card booked it by itself. */
  readonly result: 'requested' | 'recorded' | 'approved' | 'declined' | 'unknown';
  /** As the device or host said it: DE 39, a status. */
  readonly code?: string;
  /** What the device calls it: 60.1 or DE 3, the mark of a record, the type of a purse log. */
  readonly mark?: string;
  readonly amountFen?: number;
  readonly surchargeFen?: number;
  readonly balanceBeforeFen?: number;
  readonly balanceAfterFen?: number;
  /** The last four digits behind asterisks; never more of a card number. */
  readonly cardTail?: string;
  readonly cardCounter?: number;
  readonly purseNo?: number;
  readonly terminalNo?: string;
  readonly merchantNo?: string;
  readonly operatorNo?: string;
  readonly batchNo?: string;
  readonly samNo?: string;
  readonly samCounter?: number;
  /** Ties the hold, continuation and release of one shower together. */
  readonly sessionRef?: string;
  /** Number that the host gave it (DE 37). */
  readonly hostRef?: string;
  readonly quantity?: number;
  readonly durationS?: number;
  /** Checksum of the record itself, where it has one. */
  readonly check?: 'ok' | 'bad' | 'none';
}

export type DecodedTransactionKind = RecordKind | 'unknown';

/** Somebody at a gate. A code that is not known is `unknown` or `denied`, never `granted`. No name, picture, template. */
export interface DecodedPass extends DecodedCommon {
  readonly kind: 'pass';
  readonly result: PassResult;
  readonly method: PassMethod;
  readonly direction?: 'in' | 'out' | 'unknown';
  readonly reason?: string;
  /** As the device said it. */
  readonly code?: string;
  readonly person?: string;
  readonly cardTail?: string;
  /** Door or reader, by the device's own number or token. */
  readonly door?: string;
  /** False: stored, and sent later. */
  readonly live?: boolean;
}

/** Lock, contact, exit button, fire input. */
export interface DecodedDoor extends DecodedCommon {
  readonly kind: 'door';
  readonly point: 'lock' | 'contact' | 'exitButton' | 'fireInput';
  readonly state: string;
  readonly code?: string;
  readonly door?: string;
}

/** What a device tells of itself: alive, readings, an alarm. */
export interface DecodedHealth extends DecodedCommon {
  readonly kind: 'health';
  /** What it is about: `echo`, `state`, `settlement`, `metering`, `heartbeat`… */
  readonly about: string;
  readonly device?: string;
  readonly result?: string;
  readonly code?: string;
  readonly readings?: readonly DecodedReading[];
  readonly alarm?: string;
  readonly active?: boolean;
}

/** `value` null: the device has none now. */
export interface DecodedReading {
  readonly point: string;
  readonly value: number | string | boolean | null;
  readonly unit?: string;
}

/** Record numbers `from..to` that will not come. */
export interface DecodedGap extends DecodedCommon {
  readonly kind: 'gap';
  readonly from: number;
  readonly to: number;
  readonly cause?: string;
}

/** What was done to a device or by it: sign-on, keys, valve, remote open, settings. */
export interface DecodedAudit extends DecodedCommon {
  readonly kind: 'audit';
  readonly action: string;
  readonly device?: string;
  readonly result?: string;
  readonly code?: string;
  readonly actor?: string;
  readonly detail?: string;
}

/** Our own record of what a frame means, told apart by `kind`. */
export type DecodedObservation = DecodedTransaction | DecodedPass | DecodedDoor | DecodedHealth | DecodedGap | DecodedAudit;

export interface Rejection {
  /** Offset over all chunks. */
  readonly atByte: number;
  readonly reason: string;
}

/** Pure; never throws, whatever it is given. No frame and at least one rejection for garbage. */
export type Decoder = (input: DecodeInput) => Decoded;

/** A card number as it may be shown: its last four digits behind asterisks; undefined for none. */
export const maskedCard = (digits: string | undefined): string | undefined =>
  digits === undefined || digits === '' ? undefined : digits.slice(-4).padStart(Math.max(digits.length, 8), '*');
