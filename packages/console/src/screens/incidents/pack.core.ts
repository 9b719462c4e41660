/** An evidence pack 证据包 as the screen shows it. The document is kept for years: what a part of it does not have is nothing, never a crash. */

export interface PackRow {
  readonly at: number | null;
  readonly ref: string;
  /** `name=value` of what is said of it, in the order of the document. */
  readonly what: readonly (readonly [name: string, value: string])[];
}

export interface PackPart {
  readonly name: string;
  /** Rows that there were and that do not stand in the document. */
  readonly leftOut: number;
  readonly rows: readonly PackRow[];
  /** False: it could not be read when the pack was made. */
  readonly isKnown: boolean;
}

export interface Pack {
  readonly format: string;
  readonly madeAt: number | null;
  readonly completenessPct: number | null;
  readonly missing: readonly string[];
  readonly path: readonly string[];
  readonly suspects: readonly PackRow[];
  readonly parts: readonly PackPart[];
  readonly checklist: readonly (readonly [name: string, value: string])[];
  readonly trail: { readonly first: number; readonly last: number; readonly intact: boolean } | null;
}

export const packParts = ['devices', 'alarms', 'exposure', 'changes', 'health', 'gaps', 'deadLetters'] as const;

type Fields = Readonly<Record<string, unknown>>;

const fieldsOf = (json: unknown): Fields =>
  typeof json === 'object' && json !== null && !Array.isArray(json) ? (json as Fields) : {};
const listOf = (json: unknown): readonly unknown[] => (Array.isArray(json) ? json : []);
const numberOf = (json: unknown): number | null => (typeof json === 'number' ? json : null);
const textsOf = (json: unknown): readonly string[] => listOf(json).filter((one) => typeof one === 'string');

export function packOf(json: unknown): Pack {
  const document = fieldsOf(json);
  const first = fieldsOf(document['firstPage']);
  const trail = fieldsOf(document['trail']);
  return {
    format: textOf(document['format']),
    madeAt: numberOf(document['madeAt']),
    completenessPct: numberOf(first['completenessPct']),
    missing: textsOf(first['missing']),
    path: textsOf(first['path']),
    suspects: listOf(first['suspects']).map(rowOf),
    parts: packParts.map((name) => partOf(name, document[name])),
    checklist: checklistOf(fieldsOf(document['checklist'])),
    trail:
      document['trail'] === null || document['trail'] === undefined
        ? null
        : { first: numberOf(trail['first']) ?? 0, last: numberOf(trail['last']) ?? 0, intact: trail['intact'] === true },
  };
}

/** In the order in which people ask; what an older form has besides stands after it. */
const asked = ['time', 'place', 'symptom', 'reportedBy', 'before', 'after', 'onScreen'];

function checklistOf(list: Fields): readonly (readonly [name: string, value: string])[] {
  const names = [...asked.filter((name) => name in list), ...Object.keys(list).filter((name) => !asked.includes(name))];
  return names.map((name) => [name, textOf(list[name])] as const);
}

function partOf(name: string, json: unknown): PackPart {
  const part = fieldsOf(json);
  return {
    name,
    leftOut: numberOf(part['leftOut']) ?? 0,
    rows: listOf(part['rows']).map(rowOf),
    isKnown: json !== null && json !== undefined,
  };
}

/** Devices name themselves by `deviceId`; all others have a time, a reference and what is said. */
function rowOf(json: unknown): PackRow {
  const row = fieldsOf(json);
  const { deviceId, name, area, now } = row;
  if (deviceId !== undefined)
    return { at: null, ref: textOf(deviceId), what: [['name', textOf(name)], ['area', textOf(area)], ...said(now)] };
  return { at: numberOf(row['at']), ref: textOf(row['ref']), what: said(row['what']) };
}

const said = (json: unknown): readonly (readonly [string, string])[] =>
  Object.entries(fieldsOf(json))
    .filter(([, value]) => value !== null && value !== '')
    .map(([name, value]) => [name, textOf(value)] as const);

function textOf(json: unknown): string {
  if (json === null || json === undefined) return '';
  if (typeof json === 'string') return json;
  return typeof json === 'number' || typeof json === 'boolean' ? String(json) : JSON.stringify(json);
}
