/** What one piece of the desk's work leaves behind: rows to be committed first, then messages to be sent. */
import { type DigestBin, digestMachineKind } from './digest.core.ts';
import type { DeliveryTerms } from './notice.core.ts';
import type { RouteFinding } from './route.core.ts';
import type { HistoryRow, MachineRow } from '../../store/watch/roles.ts';
import type { Notice } from '@cardwatch/contracts/watch';

/** Commit `DeskOut.change` before acting on this. */
export interface SendOrder {
  readonly notice: Notice;
  readonly terms: DeliveryTerms;
  readonly address: string;
  readonly language: 'zh' | 'en';
  /** How often the text was too large: each halves the limit. */
  readonly shrinks: number;
}

export interface DeadLetter {
  readonly notice: Notice;
  readonly why: string;
}

export interface DeskChange {
  readonly notices: readonly Notice[];
  readonly machines: readonly MachineRow[];
  readonly machinesGone: readonly { readonly kind: string; readonly key: string }[];
  readonly history: readonly HistoryRow[];
}

export interface DeskOut {
  readonly change: DeskChange;
  readonly sends: readonly SendOrder[];
  readonly dead: readonly DeadLetter[];
  readonly findings: readonly RouteFinding[];
}

/** Collects; of each row the last word counts. */
export class DeskRows {
  readonly #notices = new Map<string, Notice>();
  readonly #machines = new Map<string, MachineRow>();
  readonly #gone = new Map<string, { readonly kind: string; readonly key: string }>();
  readonly #bins = new Map<string, DigestBin>();
  readonly history: HistoryRow[] = [];
  readonly sends: SendOrder[] = [];
  readonly dead: DeadLetter[] = [];
  readonly findings: RouteFinding[] = [];

  notice(notice: Notice): void {
    this.#notices.set(notice.noticeId, notice);
  }

  machine(row: MachineRow): void {
    this.#gone.delete(`${row.kind} ${row.key}`);
    this.#machines.set(`${row.kind} ${row.key}`, row);
  }

  machineGone(kind: string, key: string): void {
    this.#machines.delete(`${kind} ${key}`);
    this.#gone.set(`${kind} ${key}`, { kind, key });
  }

  /** Written out once, however many lines it got. */
  bin(bin: DigestBin): void {
    this.#bins.set(bin.recipient, bin);
  }

  binGone(recipient: string): void {
    this.#bins.delete(recipient);
    this.machineGone(digestMachineKind, recipient);
  }

  out(): DeskOut {
    for (const bin of this.#bins.values())
      this.machine({ kind: digestMachineKind, key: bin.recipient, state: JSON.stringify(bin), dueAt: bin.due.at });
    const { history, sends, dead, findings } = this;
    const change = {
      notices: [...this.#notices.values()],
      machines: [...this.#machines.values()],
      machinesGone: [...this.#gone.values()],
      history,
    };
    return { change, sends, dead, findings };
  }
}
