/** The real engine over real files in virtual time, with channels that take everything and remember it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setImmediate } from 'node:timers/promises';
import { openSqliteFeed } from '@cardwatch/collector/store';
import type { Alarm, ChannelKind, Notice, NoticePolicy, Recipient } from '@cardwatch/contracts/watch';
import { epochFromShanghai, epochMs, ok, type Result, SeededRandom, VirtualClock } from '@cardwatch/kernel';
import type { Channel, ChannelMessage } from '../../../packages/collector/src/channels/channel.ts';
import { openWatch, type OpenWatch } from '../../../packages/collector/src/runner/open.ts';
import type { Act, ActDone, ActFailure } from '../../../packages/collector/src/core/watch/act.core.ts';
import { linkKeys } from '../../../packages/collector/src/shell/watch-key.ts';
import { openSqliteWatch } from '../../../packages/collector/src/store/sqlite/watch/open.ts';
import { Custody, type PlantedDevice } from './custody.ts';

export const noon = epochMs(epochFromShanghai({ year: 2026, month: 11, day: 23, hour: 12, minute: 0, second: 0 }) ?? 0);

export interface Rung {
  readonly atMs: number;
  readonly message: ChannelMessage;
}

export class VirtualWatch {
  readonly clock = new VirtualClock(noon);
  readonly custody: Custody;
  readonly rung: Rung[] = [];
  readonly errors: string[] = [];
  /** Called when a look is over, before the turns that come after it. */
  onLooked: () => void = () => undefined;
  readonly #folder: string;
  readonly #linked: boolean;
  #watch: OpenWatch | undefined;
  #ids = 0;
  #closeFiles: () => Promise<void> = () => Promise.resolve();

  /** `linked`: messages have links, whose keys are other ones each time. */
  static async open(
    devices: readonly PlantedDevice[],
    people: { readonly policies: readonly NoticePolicy[]; readonly recipients: readonly Recipient[] },
    linked = false,
  ): Promise<VirtualWatch> {
    const folder = mkdtempSync(join(tmpdir(), 'cardwatch-watch-'));
    const watch = new VirtualWatch(folder, await Custody.make(join(folder, 'cardwatch.db'), devices, noon), linked);
    const by = { author: 'test', reason: 'test', at: noon };
    const store = openSqliteWatch(join(folder, 'watch.db'));
    await store.saveSetting('policies', people.policies, by);
    await store.saveSetting('recipients', people.recipients, by);
    await store.close();
    return watch;
  }

  private constructor(folder: string, custody: Custody, linked: boolean) {
    this.#folder = folder;
    this.#linked = linked;
    this.custody = custody;
  }

  get watchFile(): string {
    return join(this.#folder, 'watch.db');
  }

  get atMs(): number {
    return this.clock.now() - noon;
  }

  async start(): Promise<void> {
    const mono = (): number => performance.now();
    const feed = openSqliteFeed(this.custody.file, mono);
    const store = openSqliteWatch(this.watchFile, mono);
    this.#watch = await openWatch({
      feed,
      store,
      channels: new Map([['wecom', this.#channel('wecom')]]),
      publicUrl: this.#linked ? 'https://watch.example' : undefined,
      ...(this.#linked ? { links: linkKeys(this.#folder) } : {}),
      clock: this.clock,
      random: new SeededRandom(1),
      newId: () => `00000000-0000-4000-8000-${String(++this.#ids).padStart(12, '0')}`,
      tell: (said) => {
        if (said.kind === 'looked') this.onLooked();
        if (said.kind === 'log' && said.level === 'error') this.errors.push(`${said.event} ${JSON.stringify(said.fields)}`);
      },
    });
    this.#closeFiles = async () => {
      await feed.close();
      await store.close();
    };
    await setImmediate();
  }

  async stop(): Promise<void> {
    await this.#watch?.close();
    this.#watch = undefined;
    await this.#closeFiles();
    this.#closeFiles = () => Promise.resolve();
  }

  /** Nothing of the engine waits for the machine, so that one turn of the loop carries a look with its sends to its end. */
  async run(seconds: number): Promise<void> {
    for (let second = 0; second < seconds; second++) {
      this.clock.advance(1_000);
      await setImmediate();
      await setImmediate();
    }
  }

  act(act: Act): Promise<Result<ActDone, ActFailure>> {
    if (this.#watch === undefined) throw new Error('not started');
    return this.#watch.act(act);
  }

  policyView(alarmId: string): ReturnType<OpenWatch['policyView']> {
    if (this.#watch === undefined) throw new Error('not started');
    return this.#watch.policyView(alarmId);
  }

  set(deviceIds: readonly string[], state: 'online' | 'offline'): void {
    this.custody.set(deviceIds, state, this.clock.now());
  }

  asked(deviceIds: readonly string[]): void {
    this.custody.asked(deviceIds, this.clock.now());
  }

  /** All that there ever were, in the order in which they were found. */
  alarms(): readonly Alarm[] {
    return this.#rows<Alarm>('alarm', 'found_at, alarm_id');
  }

  notices(): readonly Notice[] {
    return this.#rows<Notice>('notice', 'queued_at, notice_id');
  }

  #rows<T>(table: string, order: string): T[] {
    const db = new DatabaseSync(this.watchFile, { readOnly: true });
    const rows = db.prepare(`SELECT row FROM ${table} ORDER BY ${order}`).all();
    db.close();
    return rows.map((row) => JSON.parse(String(row['row'])) as T);
  }

  async close(): Promise<void> {
    await this.stop();
    this.custody.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #channel(kind: ChannelKind): Channel {
    return {
      kind,
      limits: { titleBytes: 400, textBytes: 4_000, perMinute: 1_000, perSecond: null, countedBy: 'address' },
      send: (message) => {
        this.rung.push({ atMs: this.atMs, message });
        return Promise.resolve(ok({ providerId: null, state: 'sent' }));
      },
      close: () => Promise.resolve(),
    };
  }
}
