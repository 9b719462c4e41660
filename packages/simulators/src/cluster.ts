/**
 * What every simulated cluster of devices looks like from the campus, whatever protocol it speaks: people do things at its devices, faults strike them, and
 * what really happened goes to the truth before anybody can read it from a device. Nothing here is shared with the drivers' code.
 */
import type { RecordKind } from '@cardwatch/contracts';
import type { Clock, Random } from '@cardwatch/kernel';

/** A running cluster on real sockets or a serial line: a serial line with its slaves, a group of terminals, one gate. */
export interface Cluster {
  readonly name: string;
  /** The agents' link kind, e.g. `iso8583`, `serial`, `isapi`. */
  readonly kind: string;
  /** Where it is reached, or where it dials to. */
  readonly endpoint: { readonly host: string; readonly port: number } | { readonly path: string };
  readonly devices: readonly SimulatedDevice[];
  /** Names of the faults that can strike it, as `POST /faults` takes them. */
  readonly faultTypes: readonly string[];
  /** Undefined when it struck, else why not. `deviceId` undefined: the whole cluster. */
  strike(fault: ClusterFault): string | undefined;
  /** Ends a lasting fault. */
  heal(type: string, deviceId: string | undefined): void;
  /** All that the devices would find again after a power cut (stores, numbers, totals, clocks), as plain JSON: what `restored` brings back at the next start. */
  snapshot(): unknown;
  close(): Promise<void>;
}

export interface ClusterFault {
  readonly type: string;
  readonly deviceId: string | undefined;
  readonly delayMs: number | undefined;
  readonly deltaMs: number | undefined;
  readonly records: number | undefined;
}

export type SimulatedDevice = PosTerminal | DormGate | WaterMeter | NetworkNode;

/** Canteen POS 消费机. */
export interface PosTerminal {
  readonly device: 'pos';
  readonly deviceId: string;
  /** `storeFull`: it refuses to sell on, and nothing was written. */
  sell(sale: Sale): 'sold' | 'declined' | 'storeFull';
}

export interface Sale {
  /** Decimal digits. */
  readonly card: string;
  readonly amountFen: number;
  readonly balanceBeforeFen: number;
  readonly cardCounter: number;
}

/** Face-recognition gate 人脸闸机. The person's name and picture exist in it and must not come out at the other end. */
export interface DormGate {
  readonly device: 'gate';
  readonly deviceId: string;
  pass(attempt: PassAttempt): void;
}

export interface PassAttempt {
  readonly personNo: string;
  readonly name: string;
  readonly card: string | undefined;
  readonly direction: 'in' | 'out';
  readonly method: 'face' | 'card' | 'qr';
  readonly outcome: 'granted' | 'denied' | 'stranger';
}

export interface WaterMeter {
  readonly device: 'meter';
  readonly deviceId: string;
  /** Litres that run from now on, over `overMs` of real time. */
  flow(litres: number, overMs: number): void;
}

/** Switch, UPS, serial server: nothing happens at it but faults. */
export interface NetworkNode {
  readonly device: 'network';
  readonly deviceId: string;
}

/** Where a device writes what really happened, before anybody can read it from the device. Throws when it could not be kept. */
export interface TruthSink {
  record(entry: TrueRecord): void;
  pass(entry: TruePass): void;
}

/** `overwroteNo`: the record that this one took the place of, unread: it may be missing from the ledger, nothing else may. */
export interface TrueRecord {
  readonly deviceId: string;
  /** The terminal's store life, from 1. */
  readonly generation: number;
  readonly recordNo: number;
  readonly kind: RecordKind;
  readonly amountFen: number;
  readonly overwroteNo?: number;
}

export interface TruePass {
  readonly deviceId: string;
  readonly generation: number;
  /** The device's own event number; undefined where the protocol has none. */
  readonly eventNo: number | undefined;
  readonly result: 'granted' | 'denied';
  readonly method: string;
  readonly at: number;
}

/** What a cluster is made with. */
export interface ClusterParts {
  readonly clock: Clock;
  readonly random: Random;
  readonly truth: TruthSink;
  /** 0 takes a free port. */
  readonly port: number;
  /** What `snapshot` gave when the campus was stopped; undefined: brand-new devices. A snapshot that makes no sense throws. */
  readonly restored: unknown;
}
