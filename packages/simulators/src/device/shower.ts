import type { Registers } from '../modbus/pdu.core.ts';
import type { Account } from '../people/account.core.ts';
import type { WaterKind } from './record.core.ts';
import type { Moment } from './moment.ts';

export type Model = 'ring-shower' | 'plain-shower';

/** started: water may run; released: session closed; poor: balance below one hold; refused: another card's session is running. */
export type TapOutcome = 'started' | 'released' | 'poor' | 'refused';

/** What people do to a shower controller of any model, and what faults do to it. */
export interface Shower extends Registers {
  readonly deviceId: string;
  readonly unit: number;
  readonly model: Model;
  /** A session is running. */
  readonly running: boolean;
  /** Campus time at which `due` must be called next. */
  readonly dueCampusMs: number | undefined;
  tap(account: Account, at: Moment): TapOutcome;
  /** Opens or closes the water: flow in 0.01 L/min, 0 = closed. Ignored without a running session. */
  turn(flow: number, at: Moment): void;
  due(at: Moment): void;
  /** Ends the session without a release, as a reader failure does. */
  interrupt(at: Moment): void;
  /** Power gone and back: boot counter + 1, running session lost. */
  reboot(at: Moment): void;
  stepClock(deltaMs: number): void;
  loseClock(): void;
  countCrcErrors(count: number): void;
  /** Replays one entry of the log into a fresh device. */
  restore(entry: DeviceEntry): void;
}

/** Everything of a device that must survive a restart. Replaying all entries in order gives the device back. */
export type DeviceEntry =
  | {
      readonly kind: 'record';
      readonly deviceId: string;
      readonly generation: number;
      /** The 48 bytes. */
      readonly raw: Uint8Array;
      /** The unacknowledged record that this one overwrote. */
      readonly overwroteNo: number | undefined;
    }
  | { readonly kind: 'tail'; readonly deviceId: string; readonly tail: number }
  | { readonly kind: 'boot'; readonly deviceId: string }
  | { readonly kind: 'storeInit'; readonly deviceId: string }
  | { readonly kind: 'clock'; readonly deviceId: string; readonly offsetMs: number | undefined }
  | { readonly kind: 'meter'; readonly deviceId: string; readonly meterDl: number };

/** Where a device tells what must be remembered, before anybody can read it from the device. */
export type DeviceSink = (entry: DeviceEntry) => void;

export interface RecordTold {
  readonly recordNo: number;
  readonly kind: WaterKind;
  readonly amountFen: number;
}
