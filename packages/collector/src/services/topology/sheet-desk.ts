/** Files of the register as the services see them: read, compared and written elsewhere, within a time and a memory. */
import type { EpochMs, Result } from '@cardwatch/kernel';
import type { Preview, Register, RegisterSheet } from '../../core/register/index.core.ts';
import type { SheetFailure } from '../../shell/sheets.ts';

export interface PreviewAsk {
  readonly register: Register;
  /** Ids of all devices. */
  readonly known: readonly string[];
  /** Of a caller with areas: the areas, and the devices that stand in them. null: all. */
  readonly reach: { readonly areas: readonly string[]; readonly devices: readonly string[] } | null;
}

export interface Previewed {
  readonly sheet: string;
  /** Below the header. */
  readonly rows: number;
  readonly preview: Preview;
}

export type SheetFormat = 'csv' | 'xlsx';

export interface SheetThreadApi {
  preview(bytes: Uint8Array, ask: PreviewAsk, now: EpochMs): Promise<Result<Previewed, SheetFailure>>;
  write(sheet: RegisterSheet, format: SheetFormat): Promise<Uint8Array>;
}

/** busy: others are read. tooMuch: it took more than this time, or its memory. */
export type SheetThreadFailure = { readonly kind: 'busy' } | { readonly kind: 'tooMuch'; readonly deadlineMs: number };

export interface SheetDesk {
  preview(bytes: Uint8Array, ask: PreviewAsk, now: EpochMs): Promise<Result<Result<Previewed, SheetFailure>, SheetThreadFailure>>;
  write(sheet: RegisterSheet, format: SheetFormat): Promise<Result<Uint8Array, SheetThreadFailure>>;
  /** Ends what is under way. May be called twice. */
  close(): Promise<void>;
}
