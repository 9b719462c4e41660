import type { Result } from '@cardwatch/kernel';
import type { PlanLine } from '../plan/plan.ts';
import type { Bus } from './bus.ts';

/** An open line. `address` is where a master finds it: `127.0.0.1:15020` or a path. */
export interface Line {
  readonly plan: PlanLine;
  readonly bus: Bus;
  readonly address: string;
  /** TCP lines only. */
  readonly port: number | undefined;
  /** Masters connected now. */
  clients(): number;
  /** Unsolicited bytes to every master that listens. */
  babble(bytes: Uint8Array): void;
  close(): Promise<void>;
}

export type LineFailure = { readonly kind: 'cannotListen' | 'cannotOpen'; readonly line: string; readonly detail: string };
export type LineResult = Result<Line, LineFailure>;
