/** 证据包 (domain E-1): what was known when somebody looked, in one document that never changes. The caller gathers; this cuts to the windows, masks and orders. */
import { assert, type EpochMs, epochMs, hourMs, minuteMs, utf8Length } from '@cardwatch/kernel';
import { canonicalJson, type Json } from './canonical.core.ts';
import { maskedJson } from './mask.core.ts';

export const healthBackMs = hourMs;
export const alarmsAroundMs = 30 * minuteMs;
export const changesBackMs = 24 * hourMs;

export const packLimits = {
  /** Rows of one kind that go in; how many were left out is said in the document. */
  rows: 500,
  /** Of the text, UTF-8. A longer one has fewer rows of each kind. */
  bytes: 1_048_576,
  /** So many of each kind fit whatever they say. */
  rowsMin: 15,
} as const;

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
/** Money behind an alarm. Alarms that another explains stand behind the same money once more. */
export interface ExposureRow extends EvidenceRow {
  readonly records: number;
  readonly fen: number | null;
  readonly explained: boolean;
}

const readParts = ['health', 'gaps', 'deadLetters', 'exposure', 'alarms', 'changes'] as const;
export type ReadPart = (typeof readParts)[number];

/** Of the hash-chained trail: the numbers that were read, and whether each fits the one before. */
export interface TrailProof {
  readonly first: number;
  readonly last: number;
  readonly headHash: string;
  readonly intact: boolean;
}

export interface EvidenceInput {
  readonly incident: { readonly number: string; readonly incidentId: string; readonly occurredAt: EpochMs };
  /** `now`: what the device showed when the pack was made. */
  readonly devices: readonly {
    readonly deviceId: string;
    readonly name: string;
    readonly area: string | null;
    readonly now?: Json;
  }[];
  /** null: could not be read; an empty list says that nothing was there. */
  readonly health: readonly EvidenceRow[] | null;
  readonly gaps: readonly EvidenceRow[] | null;
  readonly deadLetters: readonly EvidenceRow[] | null;
  readonly exposure: readonly ExposureRow[] | null;
  readonly alarms: readonly (EvidenceRow & { readonly cause: boolean })[] | null;
  readonly changes: readonly ChangeRow[] | null;
  readonly trail?: TrailProof | null;
  /** Rows that the caller did not even read, beyond its limits. */
  readonly leftOut?: Readonly<Partial<Record<ReadPart | 'devices', number>>>;
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
  const { completenessPct, missing } = completeness(input);
  for (let rows: number = packLimits.rows; ; rows = Math.max(packLimits.rowsMin, Math.floor(rows / 2))) {
    const json = canonicalJson(maskedJson(documentOf(input, rows, now)));
    const fits = utf8Length(json) <= packLimits.bytes;
    if (!fits && rows > packLimits.rowsMin) continue;
    assert(fits, 'a pack of the fewest rows fits');
    return { json, hash: sha256(json), completenessPct, missing };
  }
}

function documentOf(input: EvidenceInput, rowsMax: number, now: EpochMs): Json {
  const { occurredAt } = input.incident;
  const within = (from: number, to: number): Window => ({ from: epochMs(from), to: epochMs(to), rowsMax });
  const always = within(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
  const { completenessPct, missing } = completeness(input);
  const cuts = {
    health: cut(input, 'health', within(occurredAt - healthBackMs, occurredAt + 1)),
    gaps: cut(input, 'gaps', always),
    deadLetters: cut(input, 'deadLetters', always),
    exposure: cut(input, 'exposure', always),
    alarms: cut(input, 'alarms', within(occurredAt - alarmsAroundMs, occurredAt + alarmsAroundMs)),
    changes: cut(input, 'changes', within(occurredAt - changesBackMs, occurredAt)),
  } as const;
  const devices = input.devices.toSorted((a, b) => (a.deviceId < b.deviceId ? -1 : 1));
  const devicesLeftOut = Math.max(0, devices.length - rowsMax) + (input.leftOut?.devices ?? 0);
  const leftOut = readParts.map((part) => ({ part, leftOut: cuts[part]?.leftOut ?? 0 }));
  const truncated = [{ part: 'devices', leftOut: devicesLeftOut }, ...leftOut].filter((one) => one.leftOut > 0);
  const causes = new Set((input.alarms ?? []).flatMap(({ ref, cause }) => (cause ? [ref] : [])));
  return {
    format: 'cardwatch.evidence.v2',
    incident: input.incident,
    madeAt: now,
    firstPage: {
      suspects: suspects(input, now),
      causes: (cuts.alarms?.rows ?? []).filter(({ ref }) => causes.has(ref)).map(rowJson),
      path: input.path,
      exposure: moneyOf(input.exposure),
      completenessPct,
      missing,
      truncated,
    },
    limits: { rowsPerPart: rowsMax, bytes: packLimits.bytes },
    devices: { leftOut: devicesLeftOut, rows: devices.slice(0, rowsMax).map((device) => ({ now: null, ...device })) },
    ...Object.fromEntries(readParts.map((part) => [part, partJson(cuts[part])])),
    trail: input.trail === undefined || input.trail === null ? null : { ...input.trail },
    checklist: input.checklist,
  };
}

export type EvidenceCheck = { readonly intact: true } | { readonly intact: false; readonly found: string };

/** Whether a stored pack still is what its hash says. */
export function checkEvidence(pack: Pick<EvidencePack, 'json' | 'hash'>, sha256: (text: string) => string): EvidenceCheck {
  const found = sha256(pack.json);
  return found === pack.hash ? { intact: true } : { intact: false, found };
}

/** Share of the fifteen parts that are there: eight that machines read, seven that people fill in. */
export function completeness(input: EvidenceInput): { readonly completenessPct: number; readonly missing: readonly string[] } {
  const read = [...readParts, 'path'] as const;
  const absent = read.filter((part) => input[part] === null);
  const noDevices = input.devices.length === 0 ? ['devices'] : [];
  const unfilled = checklistItems.filter((item) => input.checklist[item].trim() === '').map((item) => `checklist.${item}`);
  const missing = [...noDevices, ...absent, ...unfilled];
  const parts = read.length + 1 + checklistItems.length;
  return { completenessPct: Math.round(((parts - missing.length) * 1_000) / parts) / 10, missing };
}

interface Window {
  readonly from: EpochMs;
  readonly to: EpochMs;
  readonly rowsMax: number;
}
interface Cut {
  readonly rows: readonly EvidenceRow[];
  readonly leftOut: number;
}

/** Newest kept where there are too many. */
function cut(input: EvidenceInput, part: ReadPart, { from, to, rowsMax }: Window): Cut | null {
  const rows: readonly EvidenceRow[] | null = input[part];
  if (rows === null) return null;
  const inside = inOrder(rows.filter(({ at }) => at >= from && at <= to));
  return { rows: inside.slice(-rowsMax), leftOut: Math.max(0, inside.length - rowsMax) + (input.leftOut?.[part] ?? 0) };
}

const inOrder = <R extends EvidenceRow>(rows: readonly R[]): R[] =>
  rows.toSorted((a, b) => a.at - b.at || (a.ref < b.ref ? -1 : a.ref > b.ref ? 1 : 0));

const suspectsMax = 20;

/** Changes of what is affected or lies on its path, the latest before the fault first. */
function suspects({ devices, path, incident, changes }: EvidenceInput, now: EpochMs): Json {
  const near = new Set([...devices.map(({ deviceId }) => deviceId), ...(path ?? [])]);
  const [from, to] = [incident.occurredAt - changesBackMs, Math.min(now, incident.occurredAt)];
  return inOrder((changes ?? []).filter(({ at, touches }) => at >= from && at <= to && touches.some((id) => near.has(id))))
    .toReversed()
    .slice(0, suspectsMax)
    .map((row) => ({ ...rowJson(row), beforeMs: incident.occurredAt - row.at, touches: row.touches }));
}

/** Of causes alone: what a symptom has behind it is behind its cause. `fen` is null while no alarm knows of money. */
function moneyOf(rows: EvidenceInput['exposure']): Json {
  if (rows === null) return null;
  const causes = rows.filter(({ explained }) => !explained);
  const known = causes.flatMap(({ fen }) => fen ?? []);
  return {
    records: causes.reduce((sum, { records }) => sum + records, 0),
    fen: known.length === 0 ? null : known.reduce((sum, fen) => sum + fen, 0),
  };
}

const rowJson = ({ at, ref, what }: EvidenceRow): Readonly<Record<string, Json>> => ({ at, ref, what });
const partJson = (part: Cut | null): Json => (part === null ? null : { leftOut: part.leftOut, rows: part.rows.map(rowJson) });
