/** 证据包 (domain E-1): what was known when somebody looked, in one document that never changes. The caller gathers; this cuts to the windows and orders. */
import { type EpochMs, epochMs, hourMs, minuteMs } from '@cardwatch/kernel';
import { canonicalJson, type Json } from './canonical.core.ts';

export const healthBackMs = hourMs;
export const alarmsAroundMs = 30 * minuteMs;
export const changesBackMs = 24 * hourMs;
/** Rows of one kind that go in; how many were left out is said in the document. */
export const rowsMax = 5_000;

/** A row that the caller read, with the time that it is sorted and cut by. `ref` names it in its own register. */
export interface EvidenceRow {
  readonly at: EpochMs;
  readonly ref: string;
  readonly what: Json;
}
/** A parameter, firmware or port change, or what an operator did. `touches`: devices and nodes of the path. */
export interface ChangeRow extends EvidenceRow {
  readonly touches: readonly string[];
}

export interface EvidenceInput {
  readonly incident: { readonly number: string; readonly incidentId: string; readonly occurredAt: EpochMs };
  readonly devices: readonly { readonly deviceId: string; readonly name: string; readonly area: string | null }[];
  /** null: could not be read; an empty list says that nothing was there. */
  readonly health: readonly EvidenceRow[] | null;
  readonly gaps: readonly EvidenceRow[] | null;
  readonly alarms: readonly (EvidenceRow & { readonly cause: boolean })[] | null;
  readonly changes: readonly ChangeRow[] | null;
  /** device → bus → switch → edge → collector. */
  readonly path: readonly string[] | null;
  readonly checklist: Readonly<Record<ChecklistItem, string>>;
}

export type ChecklistItem = 'time' | 'place' | 'symptom' | 'reportedBy' | 'before' | 'after' | 'onScreen';
const checklistItems: readonly ChecklistItem[] = ['time', 'place', 'symptom', 'reportedBy', 'before', 'after', 'onScreen'];

export interface EvidencePack {
  /** Canonical JSON: the bytes that the hash is of. */
  readonly json: string;
  readonly hash: string;
  readonly completenessPct: number;
  /** Parts that could not be read or were not filled in. */
  readonly missing: readonly string[];
}

/** `sha256`: hex of the UTF-8 text. The same input gives the same bytes, whatever order its rows came in. */
export function evidenceOf(input: EvidenceInput, sha256: (text: string) => string, now: EpochMs): EvidencePack {
  const { occurredAt } = input.incident;
  const within = (from: number, to: number) => ({ from: epochMs(from), to: epochMs(to) });
  const alarms = cut(input.alarms, within(occurredAt - alarmsAroundMs, occurredAt + alarmsAroundMs));
  const changes = cut(input.changes, within(occurredAt - changesBackMs, occurredAt));
  const { completenessPct, missing } = completeness(input);
  const document: Json = {
    format: 'cardwatch.evidence.v1',
    incident: input.incident,
    madeAt: now,
    firstPage: {
      suspects: suspects(input, changes?.rows ?? []),
      causes: (alarms?.rows ?? []).filter(({ cause }) => cause).map(rowJson),
      path: input.path,
      completenessPct,
      missing,
    },
    devices: input.devices.toSorted((a, b) => (a.deviceId < b.deviceId ? -1 : 1)).slice(0, rowsMax),
    health: partJson(cut(input.health, within(occurredAt - healthBackMs, occurredAt + 1))),
    gaps: partJson(cut(input.gaps, within(Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY))),
    alarms: partJson(alarms),
    changes: partJson(changes),
    checklist: input.checklist,
  };
  const json = canonicalJson(document);
  return { json, hash: sha256(json), completenessPct, missing };
}

export type EvidenceCheck = { readonly intact: true } | { readonly intact: false; readonly found: string };

/** Whether a stored pack still is what its hash says. */
export function checkEvidence(pack: Pick<EvidencePack, 'json' | 'hash'>, sha256: (text: string) => string): EvidenceCheck {
  const found = sha256(pack.json);
  return found === pack.hash ? { intact: true } : { intact: false, found };
}

/** Share of the thirteen parts that are there: six that machines read, seven that people fill in. */
export function completeness(input: EvidenceInput): { readonly completenessPct: number; readonly missing: readonly string[] } {
  const read = ['health', 'gaps', 'alarms', 'changes', 'path'] as const;
  const absent = read.filter((part) => input[part] === null);
  const noDevices = input.devices.length === 0 ? ['devices'] : [];
  const unfilled = checklistItems.filter((item) => input.checklist[item].trim() === '').map((item) => `checklist.${item}`);
  const missing = [...noDevices, ...absent, ...unfilled];
  const parts = read.length + 1 + checklistItems.length;
  return { completenessPct: Math.round(((parts - missing.length) * 1_000) / parts) / 10, missing };
}

interface Cut<R> {
  readonly rows: readonly R[];
  readonly leftOut: number;
}

/** Newest kept where there are too many. */
function cut<R extends EvidenceRow>(
  rows: readonly R[] | null,
  window: { readonly from: EpochMs; readonly to: EpochMs },
): Cut<R> | null {
  if (rows === null) return null;
  const inside = rows
    .filter(({ at }) => at >= window.from && at <= window.to)
    .toSorted((a, b) => a.at - b.at || (a.ref < b.ref ? -1 : a.ref > b.ref ? 1 : 0));
  return { rows: inside.slice(-rowsMax), leftOut: Math.max(0, inside.length - rowsMax) };
}

const suspectsMax = 20;

/** Changes of what is affected or lies on its path, the latest before the fault first. */
function suspects({ devices, path, incident }: EvidenceInput, changes: readonly ChangeRow[]): Json {
  const near = new Set([...devices.map(({ deviceId }) => deviceId), ...(path ?? [])]);
  return changes
    .filter(({ touches }) => touches.some((id) => near.has(id)))
    .toReversed()
    .slice(0, suspectsMax)
    .map((row) => ({ ...rowJson(row), beforeMs: incident.occurredAt - row.at, touches: row.touches }));
}

const rowJson = ({ at, ref, what }: EvidenceRow): Readonly<Record<string, Json>> => ({ at, ref, what });
const partJson = (part: Cut<EvidenceRow> | null): Json =>
  part === null ? null : { leftOut: part.leftOut, rows: part.rows.map(rowJson) };
