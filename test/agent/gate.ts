/** A gate that speaks by itself, as a session of the driver contract: it keeps its events until they are taken and offers them again. */
import {
  CommonProfile,
  type DeviceSink,
  type DriverFailure,
  type NotTaken,
  type Observation,
  type RawEvent,
  type RawPass,
  type RawRecord,
  type ResumePoint,
  type Session,
} from '@cardwatch/drivers';
import { type Clock, durationMs, epochMs, err, ok, type Result } from '@cardwatch/kernel';

export interface GateOptions {
  readonly clock: Clock;
  readonly numbering?: 'dense' | 'sparse';
  readonly polled?: boolean;
  /** A till that dials in: it tells records. */
  readonly selling?: boolean;
  readonly silentAfterMs?: number;
}

export const gateProfile = ({ numbering = 'dense', selling = false }: Partial<GateOptions>): CommonProfile =>
  CommonProfile.parse({
    profile: 'isapi/test/one',
    version: 1,
    protocol: 'isapi',
    title: { zh: '门', en: 'gate' },
    kind: selling ? 'pos' : 'gate',
    source: 'test',
    points: [],
    ...(selling
      ? { records: { kinds: { '1': 'consume' }, mode: 'accountOnline', amountFenMax: 100_000, numbering } }
      : { events: { numbering } }),
  });

export class Gate {
  serial: string | undefined;
  /** Failures of the next openings. */
  portTaken = 0;
  opened = 0;
  closed = 0;
  operated: string[] = [];
  polls = 0;
  sink: DeviceSink | undefined;
  resume: () => ResumePoint | undefined = () => undefined;
  readonly #options: GateOptions;

  constructor(options: GateOptions) {
    this.#options = options;
  }

  open(): Result<Session, DriverFailure> {
    if (this.portTaken > 0) {
      this.portTaken--;
      return err({ kind: 'unreachable', detail: 'EADDRINUSE' });
    }
    this.opened++;
    return ok(this.#session());
  }

  event(eventNo: number | undefined, more: Partial<RawPass> = {}): RawPass {
    const at = more.observedAt ?? this.#options.clock.now();
    return {
      type: 'pass',
      eventNo,
      personNo: '1001',
      direction: 'in',
      method: 'face',
      result: 'granted',
      code: { scheme: 'hik', raw: '5/75' },
      codeTable: 'hik@1',
      observedText: new Date(at).toISOString(),
      live: true,
      source: 'stream',
      ...more,
      observedAt: epochMs(at),
    };
  }

  /** The number and the amount make the bytes. */
  record(recordNo: number, amountFen: number): RawRecord {
    const raw = new Uint8Array(8);
    new DataView(raw.buffer).setUint32(0, recordNo);
    new DataView(raw.buffer).setUint32(4, amountFen);
    const observedText = new Date(this.#options.clock.now() + 8 * 3_600_000).toISOString().slice(0, 19);
    return { recordNo, raw, fields: { recordNo, kindMark: 1, amount: amountFen, cardNo: '6212', observedText }, check: 'ok' };
  }

  tell(events: readonly RawEvent[], more: Partial<Observation> = {}): Promise<Result<void, NotTaken>> {
    const observation: Observation = {
      readings: [],
      records: [],
      events,
      failures: [],
      facts: {},
      rttMs: durationMs(0),
      more: false,
      ...more,
    };
    return this.sink?.take(observation) ?? Promise.resolve(err({ kind: 'notTaken', detail: 'no session' }));
  }

  tellRecords(records: readonly RawRecord[]): Promise<Result<void, NotTaken>> {
    return this.tell([], { records });
  }

  #session(): Session {
    const { serial } = this;
    const poll: Session['poll'] = {
      tasks: [{ name: 'live', periodMs: 1_000, yields: 'readings' }],
      run: () => {
        this.polls++;
        return Promise.resolve(
          ok({ readings: [], records: [], failures: [], facts: {}, rttMs: durationMs(5), more: false } satisfies Observation),
        );
      },
    };
    return {
      ...(this.#options.polled === true ? { poll } : {}),
      listen: {
        silentAfterMs: this.#options.silentAfterMs ?? 30_000,
        start: (sink, resume) => {
          this.sink = sink;
          this.resume = resume;
        },
      },
      command: {
        names: ['valveClose'],
        run: (name) => {
          this.operated.push(name);
          return Promise.resolve(ok({ outcome: 'done', detail: `${name} shown` }));
        },
      },
      ...(serial === undefined ? {} : { identify: () => Promise.resolve(ok({ serial: this.serial ?? serial, firmware: 'V1' })) }),
      close: () => {
        this.closed++;
        this.sink = undefined;
        return Promise.resolve();
      },
    };
  }
}
