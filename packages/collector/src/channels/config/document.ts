/** `watch.yaml`, taken apart and judged: all that is wrong with it at once, each thing with its place. */
import { err, ok, type Result } from '@cardwatch/kernel';
import { type Document, isMap, isNode, isPair, LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import { allowedBy, isSecret, type SchemaNode, schemaAt } from './allowed.core.ts';
import { type PathPart, pathText, type RuleCode, ruleCodes, type SettingsProblem, valueText, type What } from './problem.ts';

interface Place {
  readonly line: number;
  readonly column: number;
}

export interface YamlFile {
  readonly file: string;
  readonly value: unknown;
  /** Of the value at the path; of the nearest thing above it that is there. */
  placeOf(path: readonly PathPart[]): Place | undefined;
  /** Of a key of the mapping at the path. */
  placeOfKey(path: readonly PathPart[], key: string): Place | undefined;
}

export function readYaml(file: string, text: string): Result<YamlFile, readonly SettingsProblem[]> {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true, logLevel: 'error' });
  const place = (offset: number | undefined): Place | undefined => {
    if (offset === undefined) return undefined;
    const { line, col } = lines.linePos(offset);
    return { line, column: col };
  };
  const refused = (at: Place | undefined, detail: string): SettingsProblem => ({
    file,
    path: '',
    line: at?.line,
    column: at?.column,
    value: undefined,
    what: { kind: 'notYaml', detail },
  });
  if (document.errors.length > 0) return err(document.errors.map(({ pos, code }) => refused(place(pos[0]), code)));
  const value = plainOf(document);
  if (!value.ok) return err([refused(undefined, value.error)]);
  return ok({
    file,
    value: value.value,
    placeOf: (path) => place(offsetOf(document, path)),
    placeOfKey: (path, key) => place(keyOffset(document, path, key)),
  });
}

/** An alias is no way to write a setting: one file could grow without end by them. */
function plainOf(document: Document): Result<unknown, string> {
  try {
    return ok((document.toJS({ maxAliasCount: 0 }) as unknown) ?? {});
  } catch {
    return err('ALIAS');
  }
}

function offsetOf(document: Document, path: readonly PathPart[]): number | undefined {
  for (let length = path.length; length >= 0; length--) {
    const node: unknown = length === 0 ? document.contents : document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range !== undefined && node.range !== null) return node.range[0];
  }
  return undefined;
}

function keyOffset(document: Document, path: readonly PathPart[], key: string): number | undefined {
  const map: unknown = path.length === 0 ? document.contents : document.getIn([...path], true);
  if (!isMap(map)) return undefined;
  const pair = map.items.find((item) => isPair(item) && isNode(item.key) && String(item.key) === key);
  return isNode(pair?.key) ? pair.key.range?.[0] : undefined;
}

export const schemaOf = (schema: z.ZodType): SchemaNode =>
  z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as SchemaNode;

export function judge<T>(yaml: YamlFile, schema: z.ZodType<T>): Result<T, readonly SettingsProblem[]> {
  const parsed = schema.safeParse(yaml.value);
  if (parsed.success) return ok(parsed.data);
  const root = schemaOf(schema);
  return err(parsed.error.issues.flatMap((issue) => problemsOf(yaml, root, issue)));
}

/** A problem at a place of the file, with what stands there. */
export function problemAt(yaml: YamlFile, root: SchemaNode, path: readonly PathPart[], what: What): SettingsProblem {
  const place = yaml.placeOf(path);
  return {
    file: yaml.file,
    path: pathText(path),
    line: place?.line,
    column: place?.column,
    value: isSecret(root, path) ? undefined : valueText(valueAt(yaml.value, path)),
    what,
  };
}

function problemsOf(yaml: YamlFile, root: SchemaNode, issue: z.core.$ZodIssue): SettingsProblem[] {
  const path = issue.path.map((part) => (typeof part === 'symbol' ? String(part) : part));
  const node = schemaAt(root, path);
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) =>
      keyProblem(yaml, path, key, { kind: 'unknownKey', known: Object.keys(node?.properties ?? {}) }),
    );
  if (issue.code === 'invalid_key') {
    const names = schemaAt(root, path.slice(0, -1))?.propertyNames;
    return [keyProblem(yaml, path.slice(0, -1), String(path.at(-1)), { kind: 'badKey', allowed: allowedBy(names) })];
  }
  if (issue.code === 'custom') return [problemAt(yaml, root, path, ruleOf(issue.params ?? {}))];
  const found = valueAt(yaml.value, path);
  const kind = found === undefined || found === null ? 'missing' : 'notAllowed';
  return [problemAt(yaml, root, path, { kind, allowed: allowedBy(node) })];
}

function keyProblem(yaml: YamlFile, path: readonly PathPart[], key: string, what: What): SettingsProblem {
  const place = yaml.placeOfKey(path, key);
  return { file: yaml.file, path: pathText([...path, key]), line: place?.line, column: place?.column, value: undefined, what };
}

function ruleOf({ what, values }: Readonly<Record<string, unknown>>): What {
  const rule: RuleCode | undefined = ruleCodes.find((each) => each === what);
  if (rule === undefined) return { kind: 'notAllowed', allowed: { kind: 'anything' } };
  const entries = typeof values === 'object' && values !== null ? Object.entries(values) : [];
  return { kind: 'rule', rule, values: Object.fromEntries(entries.map(([key, value]) => [key, String(value)])) };
}

const valueAt = (value: unknown, path: readonly PathPart[]): unknown =>
  path.reduce<unknown>(
    (inner, part) =>
      typeof inner === 'object' && inner !== null ? (inner as Readonly<Record<string, unknown>>)[String(part)] : undefined,
    value,
  );
