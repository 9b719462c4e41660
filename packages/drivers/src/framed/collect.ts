import { type Result, err, ok } from '@cardwatch/kernel';
import type { DeviceFacts, DriverFailure, RawRecord, RawValue, Recollection } from '../contract.ts';
import type { Arguments } from './command.core.ts';
import type { FactName } from './command-model.ts';
import { type Exchange, malformed } from './exchange.ts';
import { factsOf, untimely } from './facts.core.ts';
import type { FramedProfile, StoreSpec } from './model.ts';
import { decodeRecord, misplaced } from './record.core.ts';
import * as store from './store.core.ts';

type Confirm = (signal: AbortSignal) => Promise<Result<void, DriverFailure>>;

export interface CollectRun {
  readonly records: readonly RawRecord[];
  readonly facts: DeviceFacts;
  readonly more: boolean;
  readonly failures: readonly DriverFailure[];
  readonly confirm: Confirm | undefined;
}

interface Seen {
  readonly state: store.StoreState;
  readonly facts: ReadonlyMap<FactName, RawValue>;
}

interface Span {
  readonly from: number;
  readonly to: number;
}

interface Besides {
  readonly facts: ReadonlyMap<FactName, RawValue>;
  readonly failure: DriverFailure | undefined;
}

const nothingBesides: Besides = { facts: new Map(), failure: undefined };

/** Collects records: where the store stands, pages from the oldest uncollected on, where it stands again; confirms when it is told to. */
export class Collector {
  readonly #store: StoreSpec;
  readonly #besides: readonly string[];
  readonly #exchange: Exchange;

  constructor(profile: FramedProfile, spec: StoreSpec, exchange: Exchange) {
    this.#store = spec;
    this.#besides = (profile.tasks.records?.ask ?? []).filter((name) => name !== spec.state);
    this.#exchange = exchange;
  }

  /** One run: at most `recordsPerRun` records and one confirmation for all of them. */
  async collect(signal: AbortSignal): Promise<Result<CollectRun, DriverFailure>> {
    const first = await this.#state(signal);
    if (!first.ok) return first;
    const before = first.value.state;
    const wanted = store.runLength(this.#store, before);
    const { raws, failure } = await this.#readFrom(before, wanted, signal);
    const besides = failure === undefined ? await this.#askBesides(signal) : nothingBesides;
    const idle = wanted === 0 && this.#besides.length === 0;
    const second = idle ? first : await this.#state(signal);
    if (!second.ok) return second;
    const after = second.value.state;
    const facts = this.#facts(second.value, after.newestNo === before.newestNo ? besides.facts : untimely(besides.facts));
    if (raws.length > 0 && !store.sameStore(before, after)) return ok(dropped(facts));
    return ok({
      records: raws.map((raw, offset) => decodeRecord(this.#store.record, raw, this.#numberAt(before, offset))),
      facts,
      more: failure === undefined && raws.length > 0 && after.uncollected > raws.length,
      failures: [failure, besides.failure].filter((each) => each !== undefined),
      confirm: raws.length === 0 ? undefined : this.#confirmation(before, raws.length),
    });
  }

  /** Reads by number what was collected already, or has it marked uncollected again. What the terminal no longer holds, or never held, comes back in `overwritten`. */
  async recollect(
    range: { readonly from: number; readonly to: number },
    signal: AbortSignal,
  ): Promise<Result<Recollection, DriverFailure>> {
    const now = await this.#state(signal);
    if (!now.ok) return now;
    const { state } = now.value;
    const { first } = this.#store.numbering;
    const held = {
      from: Math.max(range.from, first, state.newestNo - (state.capacity ?? state.newestNo) + 1),
      to: Math.min(range.to, state.newestNo),
    };
    if (this.#store.restore !== undefined) return this.#restore(this.#store.restore.command, { range, held, state }, signal);
    const found = new Map<number, RawRecord>();
    let singlyUpto = 0;
    for (let recordNo = held.from; recordNo <= held.to; ) {
      const left = recordNo <= singlyUpto ? 1 : held.to - recordNo + 1;
      const page = await this.#pageByNumber(state, recordNo, left, signal);
      if (!page.ok) return page;
      const { raws, asked } = page.value;
      for (const [offset, raw] of raws.entries()) {
        const record = decodeRecord(this.#store.record, raw, raws.length === asked ? recordNo + offset : undefined);
        if (record.recordNo !== undefined && record.recordNo >= held.from && record.recordNo <= held.to)
          found.set(record.recordNo, record);
      }
      if (raws.length > 0 || asked === 1) recordNo += Math.max(1, raws.length);
      else {
        // An empty page says that its first record is gone. Its last one tells whether all are.
        const last = await this.#pageByNumber(state, recordNo + asked - 1, 1, signal);
        if (!last.ok) return last;
        if (last.value.raws.length > 0) singlyUpto = recordNo + asked - 1;
        else recordNo += asked;
      }
    }
    const records = [...found.entries()].toSorted(([a], [b]) => a - b).map(([, record]) => record);
    return ok({ records, overwritten: store.missingOf(range, [...found.keys()]) });
  }

  /** The records come with the next runs, in full custody: none is handed over here, where nobody could confirm it. */
  async #restore(
    command: string,
    { range, held, state }: { readonly range: Span; readonly held: Span; readonly state: store.StoreState },
    signal: AbortSignal,
  ): Promise<Result<Recollection, DriverFailure>> {
    const count = held.to - held.from + 1;
    const numbers = Array.from({ length: Math.max(0, count) }, (_, offset) => held.from + offset);
    const gone = ok({ records: [], overwritten: store.missingOf(range, numbers) });
    if (count <= 0) return gone;
    const sent = await this.#exchange.once(command, { recordNo: held.from, count }, signal);
    if (!sent.ok && sent.error.kind !== 'timeout' && sent.error.kind !== 'malformed') return sent;
    const back = await this.#state(signal);
    if (!back.ok) return back;
    const after = back.value.state;
    if (after.uncollected > state.uncollected || after.firstNo <= held.from) return gone;
    return err(malformed(`the first uncollected record is still ${after.firstNo}`, new Uint8Array()));
  }

  async #state(signal: AbortSignal): Promise<Result<Seen, DriverFailure>> {
    const reply = await this.#exchange.read(this.#store.state, {}, signal);
    if (!reply.ok) return reply;
    const { facts } = reply.value;
    const state = store.stateOf(this.#store, facts);
    return state.ok
      ? ok({ state: state.value, facts })
      : err(malformed(`${this.#store.state}: ${state.error}`, new Uint8Array()));
  }

  /** Totals and the like; a terminal that does not answer here still hands over its records. */
  async #askBesides(signal: AbortSignal): Promise<Besides> {
    const facts = new Map<FactName, RawValue>();
    for (const name of this.#besides) {
      const reply = await this.#exchange.read(name, {}, signal);
      if (!reply.ok) return { facts, failure: reply.error };
      for (const [fact, value] of reply.value.facts) facts.set(fact, value);
    }
    return { facts, failure: undefined };
  }

  #facts({ state, facts }: Seen, besides: ReadonlyMap<FactName, RawValue>): DeviceFacts {
    const all = new Map([...besides, ...facts]);
    return { ...factsOf(all, undefined), ...store.storeFacts(this.#store, state, all) };
  }

  #numberAt(state: store.StoreState, offset: number): number {
    return store.numberAfter(state.firstNo, offset, this.#store.numbering);
  }

  /** Whole pages only; a failure ends the run and leaves what was read before it. */
  async #readFrom(
    state: store.StoreState,
    count: number,
    signal: AbortSignal,
  ): Promise<{ readonly raws: readonly Uint8Array[]; readonly failure: DriverFailure | undefined }> {
    const { command, by, pageMax } = this.#store.read;
    const start = { index: by === 'index' ? state.firstIndex : undefined, recordNo: state.firstNo };
    const limits = { pageMax, capacity: state.capacity, numbering: this.#store.numbering };
    const raws: Uint8Array[] = [];
    for (const page of store.pagesOf(start, count, limits)) {
      const read = await this.#page(command, page, signal);
      if (!read.ok) return { raws, failure: read.error };
      raws.push(...read.value.slice(0, page.count));
      if (read.value.length < page.count) break;
    }
    const none = count > 0 && raws.length === 0;
    return { raws, failure: none ? malformed(`no record came, ${count} should wait`, new Uint8Array()) : undefined };
  }

  /** A sound record with another number than its place has is read once more: the frame may have been a stray one. */
  async #page(command: string, page: store.Page, signal: AbortSignal): Promise<Result<readonly Uint8Array[], DriverFailure>> {
    const once = await this.#exchange.read(command, argumentsOf(page), signal);
    if (!once.ok) return once;
    const placeNo = (offset: number): number => store.numberAfter(page.recordNo, offset, this.#store.numbering);
    if (!misplaced(this.#store.record, once.value.records, placeNo)) return ok(once.value.records);
    const again = await this.#exchange.read(command, argumentsOf(page), signal);
    return again.ok ? ok(again.value.records) : again;
  }

  async #pageByNumber(
    state: store.StoreState,
    recordNo: number,
    left: number,
    signal: AbortSignal,
  ): Promise<Result<{ readonly raws: readonly Uint8Array[]; readonly asked: number }, DriverFailure>> {
    const reader = this.#store.reread ?? this.#store.read;
    const index = store.indexOf(state, recordNo);
    const room = index === undefined || state.capacity === undefined ? left : state.capacity - index;
    const asked = Math.min(left, reader.pageMax, room);
    const reply = await this.#exchange.read(reader.command, argumentsOf({ offset: 0, count: asked, index, recordNo }), signal);
    return reply.ok ? ok({ raws: reply.value.records, asked }) : reply;
  }

  /** Safe to call again: looks first where the store stands and in which life. */
  #confirmation(seen: store.StoreState, count: number): Confirm {
    const batch = { firstNo: seen.firstNo, count };
    return async (signal) => {
      const now = await this.#state(signal);
      if (!now.ok) return now;
      if (!store.sameLife(seen, now.value.state))
        return err(malformed('the terminal restarted before the records were confirmed', new Uint8Array()));
      const step = store.confirmStep(now.value.state, batch, this.#store.numbering);
      if (step.kind === 'behind')
        return err(malformed('the terminal went back to records that were confirmed before', new Uint8Array()));
      return step.kind === 'send' ? this.#send(seen, { ...batch, left: step.count }, signal) : ok(undefined);
    };
  }

  /** Sent once; whether it was taken is read from the store, not from the reply. */
  async #send(
    seen: store.StoreState,
    { firstNo, count, left }: { readonly firstNo: number; readonly count: number; readonly left: number },
    signal: AbortSignal,
  ): Promise<Result<void, DriverFailure>> {
    const { numbering, confirm } = this.#store;
    const nextIndex =
      seen.firstIndex === undefined || seen.capacity === undefined ? undefined : (seen.firstIndex + count) % seen.capacity;
    const given: Arguments = {
      count: left,
      firstRecordNo: store.numberAfter(firstNo, count - left, numbering),
      lastRecordNo: store.numberAfter(firstNo, count - 1, numbering),
      ...(nextIndex === undefined ? {} : { nextIndex }),
    };
    const sent = await this.#exchange.once(confirm.command, given, signal);
    if (!sent.ok && sent.error.kind !== 'timeout' && sent.error.kind !== 'malformed') return sent;
    const back = await this.#state(signal);
    if (!back.ok) return back;
    const step = store.confirmStep(back.value.state, { firstNo, count }, numbering);
    if (step.kind === 'done' || step.kind === 'passed') return ok(undefined);
    return err(malformed(`the first uncollected record is still ${back.value.state.firstNo}`, new Uint8Array()));
  }
}

const argumentsOf = ({ offset, count, index, recordNo }: store.Page): Arguments => ({
  offset,
  count,
  recordNo,
  ...(index === undefined ? {} : { index }),
});

/** Not asked again at once: a terminal that never stands still must not take the line from the others. */
const dropped = (facts: DeviceFacts): CollectRun => ({
  records: [],
  facts,
  more: false,
  failures: [malformed('the store moved while it was read', new Uint8Array())],
  confirm: undefined,
});
