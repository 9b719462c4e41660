import { type Result, err, ok } from '@cardwatch/kernel';
import type { DeviceFacts, DriverFailure, RawRecord, RawValue } from '../contract.ts';
import type { Arguments } from './command.core.ts';
import type { FactName } from './command-model.ts';
import { type Exchange, malformed } from './exchange.ts';
import { factsOf, untimely } from './facts.core.ts';
import type { FramedProfile, StoreSpec } from './model.ts';
import { decodeRecord, misplaced } from './record.core.ts';
import { type Seen, pageArguments, readState } from './state.ts';
import * as store from './store.core.ts';

type Confirm = (signal: AbortSignal) => Promise<Result<void, DriverFailure>>;

export interface CollectRun {
  readonly records: readonly RawRecord[];
  readonly facts: DeviceFacts;
  readonly more: boolean;
  readonly failures: readonly DriverFailure[];
  readonly confirm: Confirm | undefined;
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
    const first = await readState(this.#store, this.#exchange, signal);
    if (!first.ok) return first;
    const before = first.value.state;
    const wanted = store.runLength(this.#store, before);
    const { raws, failure } = await this.#readFrom(before, wanted, signal);
    const besides = failure === undefined ? await this.#askBesides(signal) : nothingBesides;
    const idle = wanted === 0 && this.#besides.length === 0;
    const second = idle ? first : await readState(this.#store, this.#exchange, signal);
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
    const once = await this.#exchange.read(command, pageArguments(page), signal);
    if (!once.ok) return once;
    const placeNo = (offset: number): number => store.numberAfter(page.recordNo, offset, this.#store.numbering);
    if (!misplaced(this.#store.record, once.value.records, placeNo)) return ok(once.value.records);
    const again = await this.#exchange.read(command, pageArguments(page), signal);
    return again.ok ? ok(again.value.records) : again;
  }

  /** Safe to call again: looks first where the store stands and in which life. */
  #confirmation(seen: store.StoreState, count: number): Confirm {
    const batch = { firstNo: seen.firstNo, count };
    return async (signal) => {
      const now = await readState(this.#store, this.#exchange, signal);
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
    const back = await readState(this.#store, this.#exchange, signal);
    if (!back.ok) return back;
    const step = store.confirmStep(back.value.state, { firstNo, count }, numbering);
    if (step.kind === 'done' || step.kind === 'passed') return ok(undefined);
    return err(malformed(`the first uncollected record is still ${back.value.state.firstNo}`, new Uint8Array()));
  }
}

/** Not asked again at once: a terminal that never stands still must not take the line from the others. */
const dropped = (facts: DeviceFacts): CollectRun => ({
  records: [],
  facts,
  more: false,
  failures: [malformed('the store moved while it was read', new Uint8Array())],
  confirm: undefined,
});
