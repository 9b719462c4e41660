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
  readonly silentAfterMs?: number;
}

export const gateProfile = (numbering: 'dense' | 'sparse'): CommonProfile =>
  CommonProfile.parse({
    profile: 'isapi/test/one',
    version: 1,
    protocol: 'isapi',
    title: { zh: '门', en: 'gate' },
    kind: 'gate',
    source: 'test',
    points: [],
    events: { numbering },
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
