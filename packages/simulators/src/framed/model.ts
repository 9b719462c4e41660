/** What a model of terminal does on its line; each is written from its data sheet. */
import type { RecordKind } from '@cardwatch/contracts';
import type { EpochMs } from '@cardwatch/kernel';
import type { PosStore, StoreShape } from './store.core.ts';

export interface HostRequest {
  readonly address: number;
  /** 0 where the model has none. */
  readonly sequence: number;
  readonly command: number;
  readonly body: Uint8Array;
}

/** Collects what comes over the line and gives the sound requests in it, whoever they are for. */
export interface Ear {
  hear(bytes: Uint8Array): readonly HostRequest[];
  /** The line was quiet: half a request is given up. */
  quiet(): void;
}

/** What a terminal knows when it answers. */
export interface PosFace {
  readonly address: number;
  readonly serial: string;
  readonly store: PosStore;
  readonly bootCounter: number;
  readonly blacklistVersion: number;
  readonly parameterVersion: number;
  readonly sellingOffline: boolean;
  readonly coverOpen: boolean;
  /** Undefined: never set. */
  clock(now: EpochMs): EpochMs | undefined;
}

export interface Written {
  readonly recordNo: number;
  readonly kind: RecordKind;
  readonly card: string;
  readonly amountFen: number;
  readonly beforeFen: number;
  readonly afterFen: number;
  readonly cardCounter: number;
  readonly at: EpochMs | undefined;
  readonly terminalNo: number;
}

export interface PosModel {
  readonly name: 'index-pos' | 'page-pos';
  readonly shape: StoreShape;
  readonly confirmCommand: number;
  ear(): Ear;
  /** Body and command of the answer. */
  answer(face: PosFace, request: HostRequest, now: EpochMs): { readonly command: number; readonly body: Uint8Array };
  /** `wrongCheck`: everything right but the checksum. */
  frame(answer: HostRequest, wrongCheck: boolean): Uint8Array;
  record(written: Written): Uint8Array;
}
