/**
 * Why an alarm makes no noise: the set that annotates it. Nothing here drops an alarm, stops its measuring or its resolving. Built once a look
 * from what holds now (`suppressionAt`), then asked for each alarm at the cost of its few names.
 */
import type {
  Alarm,
  ImportantEvent,
  MaintenanceWindow,
  RuleId,
  Silence,
  Subject,
  Suppression,
  Suppressor,
} from '@cardwatch/contracts/watch';
import { dayMs, type EpochMs, epochMs, hourMs, minuteMs, shanghaiOffsetMs } from '@cardwatch/kernel';
import { activeAt, occurrences } from '../calendar/windows.core.ts';

/** Said by core/cause: what explains this alarm. Null: nothing does. */
export interface Explanation {
  readonly explainedBy: Alarm['alarmId'];
  readonly since: EpochMs;
  /** Nodes from what the alarm is about up to the cause; asked once, when the cause is another one. */
  readonly way?: () => readonly string[];
}
/** Id of the open alarm of a rule and subject, also one that was found in this very look; null when there is none. */
export type OpenAlarm = (rule: RuleId, subject: Subject) => Alarm['alarmId'] | null;

export interface QuietHours {
  /** `22:30`, `07:00`; may run over midnight. */
  readonly from: string;
  readonly to: string;
  readonly levels: readonly Alarm['level'][];
  /** What has been raised for longer than this is told all the same. */
  readonly persistMs: number;
}
/** 22:30 to 07:00, level 3 alone (domain M-5). */
export const quietByDefault: QuietHours = { from: '22:30', to: '07:00', levels: [3], persistMs: 2 * hourMs };

export interface SuppressionAsk {
  readonly windows: readonly MaintenanceWindow[];
  readonly silences: readonly Silence[];
  readonly quiet: QuietHours | null;
  readonly explain: (alarm: Alarm, open: OpenAlarm) => Explanation | null;
  /** Counts on whenever `explain` may say something else of the same alarm. Left out: with every look. */
  readonly explainTurns?: number;
  /** Said by core/cause: its cause is gone, and the thing itself was not asked since. Left out: nothing is. */
  readonly inGrace?: (alarm: Alarm) => boolean;
  /** Whether the device itself, or its configuration, says that it is being worked on. */
  readonly inMaintenance: (deviceId: string) => boolean;
  /** Counts on whenever `inMaintenance` may say something else. Left out: with every look. */
  readonly maintenanceTurns?: number;
  /** Said by core/notify: the storm that holds this alarm back, and since when. */
  readonly storm: (alarm: Alarm) => { readonly by: string; readonly since: EpochMs } | null;
}

/** Nothing suppresses. */
export const unsuppressed: SuppressionAsk = {
  windows: [],
  silences: [],
  quiet: null,
  explain: () => null,
  inMaintenance: () => false,
  storm: () => null,
};

/** The same finding twice, from the agent and by the collector's own look: the first is held back while the second is open for that subject. */
export const duplicates: Readonly<Partial<Record<RuleId, RuleId>>> = {
  agentDisk: 'agentStorage',
  recordClock: 'clockDrift',
  deviceOffline: 'upstreamDown',
};

/** Held back for one look, and after a cause or maintenance for 30 s; after a cause also as long as core/cause says `inGrace`. */
export const graceMsOf: Readonly<Record<Suppressor, number>> = {
  upstream: 30_000,
  maintenance: 30_000,
  silence: 0,
  quietHours: 0,
  storm: 0,
  duplicate: 0,
};

export type SuppressionOf = (alarm: Alarm, open: OpenAlarm, explained: Explanation | null) => readonly Suppression[];
const none: readonly Suppression[] = [];

/** What holds now, ready to be asked. `since` of a suppression is when its cause began. `covered`: of `coverageAt`. */
export function suppressionAt(ask: SuppressionAsk, covered: Covered, now: EpochMs): SuppressionOf {
  const places = new Map<string, Cover | null>();
  const silences = ask.silences.filter((silence) => silence.from <= now && now < silence.to);
  const quietSince = ask.quiet === null ? null : quietFrom(ask.quiet, now);
  return (alarm, open, explained) => {
    const found: Suppression[] = [];
    if (explained !== null) found.push(made('upstream', explained.explainedBy, explained.since));
    const maintenance = maintenanceOf(alarm, { covered: covered.by, places, ask });
    if (maintenance !== null) found.push(maintenance);
    const silence = silences.length === 0 ? undefined : silences.find((one) => silenced(one, alarm));
    if (silence !== undefined) found.push(made('silence', silence.silenceId, silence.from));
    if (quietSince !== null && ask.quiet !== null && isQuiet(alarm, ask.quiet, now))
      found.push(made('quietHours', `${ask.quiet.from}-${ask.quiet.to}`, quietSince));
    const storm = ask.storm(alarm);
    if (storm !== null) found.push(made('storm', storm.by, storm.since));
    const twin = duplicateOf(alarm, open);
    if (twin !== null) found.push(made('duplicate', twin, alarm.foundAt));
    return found.length === 0 ? none : found;
  };
}

/** Important events that hold now, for the level of an alarm. */
export function eventsAtOf(events: readonly ImportantEvent[], now: EpochMs): (alarm: Alarm) => boolean {
  const active = events.filter((event) => activeAt(event, now));
  if (active.length === 0) return () => false;
  if (active.some((event) => event.areas.length === 0)) return () => true;
  const areas = new Set(active.flatMap((event) => event.areas));
  return (alarm) => namesOf(alarm).some((name) => areas.has(name));
}

/** What a window, a silence or an event may call the alarm's place: its subject, campus and each area that it lies in. */
export function namesOf(alarm: Pick<Alarm, 'subject' | 'campus' | 'area'>): readonly string[] {
  const names = [...within(alarm.subject.id)];
  if (alarm.area !== null) names.push(...within(alarm.area));
  if (alarm.campus !== null) names.push(alarm.campus);
  return names;
}

/** `a/b/c`, `a/b`, `a`. */
function within(path: string): string[] {
  const names = [path];
  for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) names.push(path.slice(0, end));
  return names;
}

const made = (suppressor: Suppressor, by: string, since: number): Suppression => ({ suppressor, by: by.slice(0, 64), since });

interface Cover {
  readonly by: string;
  readonly since: number;
}

/** What windows cover now, kept from look to look: it changes when the windows do, or one of them begins or ends. */
export interface Covered {
  readonly windows: readonly MaintenanceWindow[];
  readonly begun: string;
  readonly by: ReadonlyMap<string, Cover>;
}
export const coversNothing: Covered = { windows: [], begun: '', by: new Map() };

/** The one before, where nothing changed. */
export function coverageAt(windows: readonly MaintenanceWindow[], before: Covered, now: EpochMs): Covered {
  const active = windows.flatMap((window) => occurrences(window, now, epochMs(now + 1)).map(({ from }) => ({ window, from })));
  const begun = active.map(({ window, from }) => `${window.windowId} ${from}`).join();
  if (windows === before.windows && begun === before.begun) return before;
  const by = new Map<string, Cover>();
  for (const { window, from } of active)
    for (const subject of window.subjects) if (!by.has(subject)) by.set(subject, { by: window.windowId, since: from });
  return { windows, begun, by };
}

interface Maintaining {
  readonly covered: ReadonlyMap<string, Cover>;
  /** Places that were asked of in this look. */
  readonly places: Map<string, Cover | null>;
  readonly ask: SuppressionAsk;
}

/** Covered by its own place, or because all devices that stand behind it are; one of forty in maintenance does not hush the other 39. */
function maintenanceOf(alarm: Alarm, { covered, places, ask }: Maintaining): Suppression | null {
  const cover = covered.size === 0 ? null : placeCover(alarm, covered, places);
  if (cover !== null) return made('maintenance', cover.by, cover.since);
  const { devices } = alarm;
  if (devices.length === 0 || !devices.every((device) => covered.has(device) || ask.inMaintenance(device))) return null;
  const window = devices.map((device) => covered.get(device)).find((one) => one !== undefined);
  const before = alarm.suppressedBy.find((one) => one.suppressor === 'maintenance');
  return made('maintenance', window?.by ?? 'device', window?.since ?? before?.since ?? alarm.foundAt);
}

/** As `namesOf`, with each area walked up once a look. */
function placeCover(alarm: Alarm, covered: ReadonlyMap<string, Cover>, places: Map<string, Cover | null>): Cover | null {
  const own = alarm.subject.id.includes('/') ? undefined : covered.get(alarm.subject.id);
  if (own !== undefined) return own;
  const walked = alarm.subject.id.includes('/') ? [alarm.subject.id, alarm.area, alarm.campus] : [alarm.area, alarm.campus];
  for (const place of walked) {
    if (place === null) continue;
    let cover = places.get(place);
    if (cover === undefined) {
      const name = within(place).find((one) => covered.has(one));
      cover = (name === undefined ? undefined : covered.get(name)) ?? null;
      places.set(place, cover);
    }
    if (cover !== null) return cover;
  }
  return null;
}

function silenced(silence: Silence, alarm: Alarm): boolean {
  if (silence.rule !== null && silence.rule !== alarm.rule) return false;
  if (silence.subject !== null && silence.subject !== alarm.subject.id) return false;
  return silence.area === null || namesOf(alarm).includes(silence.area);
}

export function duplicateOf(alarm: Alarm, open: OpenAlarm): Alarm['alarmId'] | null {
  const other = duplicates[alarm.rule];
  return other === undefined ? null : open(other, alarm.subject);
}

export const isQuiet = (alarm: Alarm, quiet: QuietHours, now: EpochMs): boolean =>
  quiet.levels.includes(alarm.level) && (alarm.raisedAt === null || now - alarm.raisedAt < quiet.persistMs);

/** When the quiet hours that it is now began; null outside of them. */
export function quietFrom(quiet: QuietHours, now: EpochMs): EpochMs | null {
  const midnight = now - ((now + shanghaiOffsetMs) % dayMs);
  const from = timeOfDayMs(quiet.from);
  const lengthMs = (timeOfDayMs(quiet.to) - from + dayMs) % dayMs;
  const begins = [midnight + from, midnight + from - dayMs].find((at) => at <= now && now < at + lengthMs);
  return begins === undefined ? null : epochMs(begins);
}

const timeOfDayMs = (text: string): number => Number(text.slice(0, 2)) * hourMs + Number(text.slice(3, 5)) * minuteMs;
