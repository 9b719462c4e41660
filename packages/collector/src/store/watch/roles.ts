/**
 * What the watch keeps: `watch.db`, one writer. `commit` is one transaction: alarms, what is to be sent, what was sent, cursors. Rows first, actions
 * second: nothing is sent that was not committed, and what was committed is sent after any crash.
 */
import type {
  Alarm,
  BuildingMap,
  BusinessCalendar,
  DevicePlace,
  ImportantEvent,
  Incident,
  MaintenanceWindow,
  MerchantBinding,
  Notice,
  NoticePolicy,
  Recipient,
  RegisterImport,
  RuleVersion,
  Shift,
  Silence,
  SlaContract,
  TeachingCalendar,
  TopologyNode,
  TopologySuggestion,
} from '@cardwatch/contracts/watch';
import type { AlarmFacetsDto, ToldDto } from '@cardwatch/contracts/api';
import type { RegisterPlan } from '../../core/register/register.core.ts';
import type { PageAsk, PageResult } from '../read/roles.ts';

/** How far the watch has read the custody store. */
export interface WatchCursors {
  readonly outbox: number;
  readonly record: number;
  readonly event: number;
}

/** The machine's own memory of an alarm beside the row that people see: JSON of the step's state. */
export interface MachineRow {
  /** `condition`, `escalation`, `flap`…, the folder that owns the state. */
  readonly kind: string;
  readonly key: string;
  readonly state: string;
  /** When it wants to be woken; null: when something happens. */
  readonly dueAt: number | null;
}

/** One line of an alarm's or incident's history, drawn from facts. */
export interface HistoryRow {
  readonly subjectId: string;
  readonly at: number;
  /** `raised`, `suppressed`, `acknowledged`, `told`… */
  readonly what: string;
  readonly by: string;
  /** JSON. */
  readonly detail: string;
}

/** Device and agent states as they changed: what availability and replay are computed from. Kept 400 days. */
export interface StateRow {
  readonly subjectKind: 'device' | 'agent';
  readonly subjectId: string;
  readonly at: number;
  readonly state: string;
  readonly cause: string | null;
}

/** What came of one thing that a person did, by the key that they sent: asked again, answered again. Kept `watchLimits.actDays`. */
export interface ActRow {
  readonly idempotencyKey: string;
  readonly at: number;
  /** JSON. */
  readonly result: string;
}

/** Who changed a setting or a rule, and why. */
export interface SettingVersion {
  readonly n: number;
  readonly author: string;
  readonly reason: string;
  readonly at: number;
}

/** A new version of a setting. */
export type SettingWrite = {
  readonly [K in SettingName]: { readonly name: K; readonly value: Settings[K] };
}[SettingName] & { readonly author: string; readonly reason: string; readonly at: number };

/** A change of the register with all that it did. Written again without `plan`, what it did stays. */
export interface RegisterImportRow {
  readonly item: RegisterImport;
  readonly plan?: RegisterPlan;
}

export const watchLimits = {
  /** Rows of one array of a commit. */
  rowsPerCommit: 200_000,
  historyDays: 400,
  actDays: 30,
  /** Rows that one sweep deletes of each table, so that it never holds the file for long. */
  sweepRows: 5_000,
  historyRows: 2_000,
  stateRows: 50_000,
  versionRows: 200,
  /** Closed incidents that a start still takes along for their time of watching. */
  watchedIncidents: 500,
  idsPerAsk: 2_000,
} as const;

export interface WatchChange {
  readonly cursors?: WatchCursors;
  readonly alarms?: readonly Alarm[];
  /** Inserted where (alarm, transition, recipient, channel) is new, else updated: sending is idempotent by this key. */
  readonly notices?: readonly Notice[];
  readonly incidents?: readonly Incident[];
  readonly machines?: readonly MachineRow[];
  readonly machinesGone?: readonly { readonly kind: string; readonly key: string }[];
  readonly history?: readonly HistoryRow[];
  readonly states?: readonly StateRow[];
  readonly suggestions?: readonly TopologySuggestion[];
  readonly acts?: readonly ActRow[];
  readonly settings?: readonly SettingWrite[];
  readonly imports?: readonly RegisterImportRow[];
}

/** Settings that people change; each write is a new row with author and reason, the latest of each key holds. */
export interface Settings {
  readonly policies: readonly NoticePolicy[];
  readonly recipients: readonly Recipient[];
  readonly shifts: readonly Shift[];
  readonly windows: readonly MaintenanceWindow[];
  readonly silences: readonly Silence[];
  readonly importantEvents: readonly ImportantEvent[];
  readonly places: readonly DevicePlace[];
  readonly topology: readonly TopologyNode[];
  readonly bindings: readonly MerchantBinding[];
  readonly calendars: readonly BusinessCalendar[];
  readonly teaching: TeachingCalendar;
  readonly contracts: readonly SlaContract[];
  readonly maps: readonly BuildingMap[];
}
export type SettingName = keyof Settings;

export const noSettings: Settings = {
  policies: [],
  recipients: [],
  shifts: [],
  windows: [],
  silences: [],
  importantEvents: [],
  places: [],
  topology: [],
  bindings: [],
  calendars: [],
  teaching: { periods: [], makeUpDays: [] },
  contracts: [],
  maps: [],
};

/** What stands after a start: everything that is not over. */
export interface WatchSnapshot {
  readonly cursors: WatchCursors;
  readonly alarms: readonly Alarm[];
  readonly notices: readonly Notice[];
  readonly incidents: readonly Incident[];
  readonly machines: readonly MachineRow[];
  readonly rules: readonly RuleVersion[];
  readonly settings: Settings;
}

export interface AlarmsAsk extends PageAsk {
  readonly open?: boolean | undefined;
  readonly level?: number | undefined;
  readonly handling?: string | undefined;
  readonly condition?: string | undefined;
  readonly rule?: string | undefined;
  readonly subject?: string | undefined;
  readonly area?: string | undefined;
  readonly campus?: string | undefined;
  readonly suppressed?: boolean | undefined;
  readonly causeId?: string | undefined;
  readonly owner?: string | undefined;
  /** Cleared then or later. */
  readonly clearedFrom?: number | undefined;
  /** No other alarm explains it. */
  readonly root?: boolean | undefined;
  readonly raised?: boolean | undefined;
  /** At most `watchLimits.idsPerAsk`. */
  readonly alarmIds?: readonly string[] | undefined;
  /** Newest first; or gravest first: by level, money at stake, age. */
  readonly order?: 'found' | 'gravity' | undefined;
  /** Campus or `campus/building/area`, any of these: what a person may see. Absent: all. */
  readonly areas?: readonly string[] | undefined;
  readonly from?: number | undefined;
  readonly to?: number | undefined;
}
export type AlarmsFilter = Omit<AlarmsAsk, 'cursor' | 'limit' | 'order'>;
export interface NoticesAsk extends PageAsk {
  readonly noticeId?: string | undefined;
  readonly alarmId?: string | undefined;
  readonly recipient?: string | undefined;
  readonly reason?: string | undefined;
  readonly state?: string | undefined;
  /** Messages of an alarm of any of these places. Absent: all. */
  readonly areas?: readonly string[] | undefined;
  readonly from?: number | undefined;
  readonly to?: number | undefined;
}
export interface IncidentsAsk extends PageAsk {
  readonly incidentId?: string | undefined;
  /** Those whose scope or alarms lie in any of these places, and those of `owner`. Absent: all. */
  readonly areas?: { readonly places: readonly string[]; readonly owner: string } | undefined;
  readonly state?: string | undefined;
  readonly open?: boolean | undefined;
  readonly from?: number | undefined;
  readonly to?: number | undefined;
}

export interface WatchStore {
  load(): Promise<WatchSnapshot>;
  commit(change: WatchChange): Promise<void>;
  /** The version number is given here: one more than the last of this rule. */
  saveRule(version: Omit<RuleVersion, 'version'>): Promise<RuleVersion>;
  ruleVersions(rule: string): Promise<readonly RuleVersion[]>;
  saveSetting<K extends SettingName>(
    name: K,
    value: Settings[K],
    by: { readonly author: string; readonly reason: string; readonly at: number },
  ): Promise<void>;
  alarms(ask: AlarmsAsk): Promise<PageResult<Alarm>>;
  /** How many a list of this question would have in all. */
  countAlarms(ask: AlarmsFilter): Promise<number>;
  /** How many each value of each facet gives, the other filters as they are. */
  alarmFacets(ask: AlarmsFilter): Promise<AlarmFacetsDto>;
  /** Of alarms that somebody was told of, at most `watchLimits.idsPerAsk` asked for. */
  toldOfAlarms(alarmIds: readonly string[]): Promise<ToldDto[]>;
  alarm(alarmId: string): Promise<Alarm | null>;
  alarmsById(alarmIds: readonly string[]): Promise<Alarm[]>;
  history(subjectId: string): Promise<HistoryRow[]>;
  notices(ask: NoticesAsk): Promise<PageResult<Notice>>;
  incidents(ask: IncidentsAsk): Promise<PageResult<Incident>>;
  incident(incidentId: string): Promise<Incident | null>;
  suggestions(ask: PageAsk & { readonly state?: string | undefined }): Promise<PageResult<TopologySuggestion>>;
  /** State changes of one thing, oldest first, with the last one before `from`. */
  states(ask: { readonly subjectId: string; readonly from: number; readonly to: number }): Promise<StateRow[]>;
  /** The latest of each setting. */
  settings(): Promise<Settings>;
  /** Newest first, at most `watchLimits.versionRows`. */
  settingVersions(name: SettingName): Promise<SettingVersion[]>;
  /** What it was at that version (`SettingVersion.n`), as it was stored; undefined: this setting has no such version. */
  settingValue(name: SettingName, n: number): Promise<unknown>;
  /** Rows of these keys, at most `watchLimits.idsPerAsk`; those that there are not are left out. */
  machines(kind: string, keys: readonly string[]): Promise<MachineRow[]>;
  suggestion(suggestionId: string): Promise<TopologySuggestion | null>;
  /** Changes of the register, newest first. */
  registerImports(ask: PageAsk): Promise<PageResult<RegisterImport>>;
  registerImport(importId: string): Promise<Required<RegisterImportRow> | null>;
  /** Null: no such key was committed, or it is older than `watchLimits.actDays`. */
  actDone(idempotencyKey: string): Promise<ActRow | null>;
  /**
   * Deletes history and states older than 400 days (of each thing its last state before that stays) and old keys; at most
   * `watchLimits.sweepRows` of each, so call it again while it says that it deleted that many.
   */
  sweep(now: number): Promise<{ readonly history: number; readonly states: number; readonly acts: number }>;
  /** Work of the store's own that no commit shall wait for; nothing, most of the time. */
  tidy(): Promise<void>;
  /** May be called twice. */
  close(): Promise<void>;
}

/** What may be asked beside the writer, from any thread. */
export type WatchReader = Omit<WatchStore, 'commit' | 'saveRule' | 'saveSetting' | 'sweep' | 'tidy'>;
