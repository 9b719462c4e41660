import { type Result, err, ok } from '@cardwatch/kernel';
import type { DriverFailure, DriverIo, SnmpPeer, SnmpValue } from '../contract.ts';
import { type ColumnName } from './oid.core.ts';
import { columnOf, type Tables } from './table.core.ts';
import { walk, walkBudgetMs, walkRows } from './walk.ts';

/** Object ids of one question: an answer of text must still fit one datagram. */
const perQuestion = 12;

export interface Scalars {
  readonly values: ReadonlyMap<string, SnmpValue>;
  /** Ids that were refused or could not be read, though others were. */
  readonly failed: ReadonlyMap<string, DriverFailure>;
}

export interface ColumnPlan {
  readonly name: ColumnName;
  readonly base: string;
}

export interface ReadTables {
  readonly tables: Tables;
  readonly failed: readonly (readonly [ColumnName, DriverFailure])[];
}

/** Reads scalars and columns of one device. */
export class SnmpReader {
  readonly #peer: SnmpPeer;
  readonly #maxRepetitions: number;
  readonly #io: DriverIo;
  /** Of the first question of a task. */
  rttMs = 0;

  constructor(peer: SnmpPeer, maxRepetitions: number, io: DriverIo) {
    this.#peer = peer;
    this.#maxRepetitions = maxRepetitions;
    this.#io = io;
  }

  /** Fails when nothing was answered. A question that is refused as a whole is asked id by id. */
  async scalars(oids: readonly string[], signal: AbortSignal): Promise<Result<Scalars, DriverFailure>> {
    const values = new Map<string, SnmpValue>();
    const failed = new Map<string, DriverFailure>();
    const startedMs = this.#io.clock.mono();
    for (let at = 0; at < oids.length; at += perQuestion) {
      const some = oids.slice(at, at + perQuestion);
      if (signal.aborted) return err({ kind: 'closed' });
      const failure = await this.#get(some, values);
      if (at === 0) this.rttMs = this.#io.clock.mono() - startedMs;
      if (failure === undefined) continue;
      if (failure.kind !== 'refused' || some.length === 1) {
        if (values.size === 0 && failed.size === 0) return err(failure);
        for (const oid of some) failed.set(oid, failure);
      } else {
        for (const oid of some) {
          const alone = await this.#get([oid], values);
          if (alone !== undefined) failed.set(oid, alone);
        }
      }
    }
    return values.size === 0 && failed.size > 0 ? err([...failed.values()][0] ?? { kind: 'closed' }) : ok({ values, failed });
  }

  async #get(oids: readonly string[], into: Map<string, SnmpValue>): Promise<DriverFailure | undefined> {
    this.#trace('sent', `get ${oids.join(' ')}`);
    const answer = await this.#peer.get(oids);
    if (!answer.ok) {
      this.#trace('received', answer.error.kind);
      return answer.error;
    }
    this.#trace('received', answer.value.map(({ oid, value }) => `${oid}=${shown(value)}`).join(' '));
    for (const { oid, value } of answer.value) if (oids.includes(oid)) into.set(oid, value);
    return undefined;
  }

  /** Columns one after the other; one that cannot be read does not hide the others. Silence in the middle ends it: the rest would be silent too. */
  async columns(plans: readonly ColumnPlan[], signal: AbortSignal): Promise<ReadTables> {
    const tables: { [K in ColumnName]?: ReadonlyMap<string, SnmpValue> } = {};
    const failed: (readonly [ColumnName, DriverFailure])[] = [];
    let silent: DriverFailure | undefined;
    const endMs = this.#io.clock.mono() + walkBudgetMs;
    const overdue = (): boolean => this.#io.clock.mono() >= endMs;
    for (const { name, base } of plans) {
      if (silent !== undefined) {
        failed.push([name, silent]);
        continue;
      }
      const rowsMax = name === 'fdb' || name === 'fdbByVlan' || name === 'arp' ? walkRows.large : walkRows.small;
      this.#trace('sent', `walk ${base}`);
      const walked = await walk(this.#peer, { base, rowsMax, maxRepetitions: this.#maxRepetitions, overdue }, signal);
      const failure = walked.ok ? walked.value.cut : walked.error;
      this.#trace('received', walked.ok ? `${walked.value.rows.length} rows` : walked.error.kind);
      if (walked.ok) tables[name] = columnOf(base, walked.value.rows);
      if (failure !== undefined) failed.push([name, failure]);
      if (failure?.kind === 'timeout' || failure?.kind === 'closed') silent = failure;
    }
    return { tables, failed };
  }

  #trace(way: 'sent' | 'received', text: string): void {
    this.#io.trace?.({ way, at: this.#io.clock.now(), text: text.slice(0, 2_000) });
  }
}

const shown = (value: SnmpValue): string =>
  value instanceof Uint8Array ? `${value.length} octets` : value === undefined ? 'none' : String(value);
