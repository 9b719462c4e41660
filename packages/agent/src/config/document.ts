import { err, ok, type Result } from '@cardwatch/kernel';
import { type Document, isMap, isNode, isPair, LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import { allowedBy, type SchemaNode, schemaAt } from './allowed.core.ts';
import { type ConfigProblem, type PathPart, pathText, valueText, type What } from './problem.ts';

export interface Place {
  readonly line: number;
  readonly column: number;
}

/** A YAML file that was taken apart, and where its parts stand. */
export interface YamlFile {
  readonly file: string;
  readonly value: unknown;
  /** Of the value at the path; of the nearest thing above it that is there when it is missing. */
  placeOf(path: readonly PathPart[]): Place | undefined;
  /** Of a key of the mapping at the path. */
  placeOfKey(path: readonly PathPart[], key: string): Place | undefined;
}

export function readYaml(file: string, text: string): Result<YamlFile, readonly ConfigProblem[]> {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true, logLevel: 'error' });
  const place = (offset: number | undefined): Place | undefined => {
    if (offset === undefined) return undefined;
    const { line, col } = lines.linePos(offset);
    return { line, column: col };
  };
  if (document.errors.length > 0)
    return err(
      document.errors.map(({ pos, message }) => ({
        file,
        path: '',
        ...at(place(pos[0])),
        value: undefined,
        what: { kind: 'notYaml', detail: message.split('\n')[0] ?? '' },
      })),
    );
  const value = plainOf(document);
  if (!value.ok)
    return err([{ file, path: '', ...at(undefined), value: undefined, what: { kind: 'notYaml', detail: value.error } }]);
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
    return ok(document.toJS({ maxAliasCount: 0 }) as unknown);
  } catch {
    return err('aliases are not allowed');
  }
}

const at = (place: Place | undefined): Pick<ConfigProblem, 'line' | 'column'> => ({ line: place?.line, column: place?.column });

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

/** A problem at a place of a file, with what stands there. */
export function problemAt(yaml: YamlFile, path: readonly PathPart[], what: What, secret = false): ConfigProblem {
  return {
    file: yaml.file,
    path: pathText(path),
    ...at(yaml.placeOf(path)),
    value: secret ? undefined : valueText(valueAt(yaml.value, path)),
    what,
  };
}

export function valueAt(value: unknown, path: readonly PathPart[]): unknown {
  return path.reduce<unknown>(
    (inner, part) =>
      typeof inner === 'object' && inner !== null ? (inner as Readonly<Record<string, unknown>>)[String(part)] : undefined,
    value,
  );
}

export interface JudgeOptions {
  /** Nothing that stands in the file is quoted. */
  readonly secret?: boolean;
  /** The part of the file that is judged. */
  readonly at?: readonly PathPart[];
}

/** Judges a file, or a part of it, by its schema: all that is wrong with it, at once. */
export function judge<T>(yaml: YamlFile, schema: z.ZodType<T>, options: JudgeOptions = {}): Result<T, readonly ConfigProblem[]> {
  const value = valueAt(yaml.value, options.at ?? []);
  const parsed = schema.safeParse(value);
  if (parsed.success) return ok(parsed.data);
  const root = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as SchemaNode;
  return err(parsed.error.issues.flatMap((issue) => problemsOf(yaml, root, issue, options)));
}

function problemsOf(yaml: YamlFile, root: SchemaNode, issue: z.core.$ZodIssue, options: JudgeOptions): ConfigProblem[] {
  const { secret = false, at: base = [] } = options;
  const inner = issue.path.map((part) => (typeof part === 'symbol' ? String(part) : part));
  const path = [...base, ...inner];
  const allowed = allowedBy(schemaAt(root, inner, valueAt(yaml.value, base)));
  if (issue.code === 'unrecognized_keys') {
    const known = allowed.kind === 'mapping' ? allowed.keys : [];
    return issue.keys.map((key) => ({
      ...problemAt(yaml, [...path, secret ? '***' : key], { kind: 'unknownKey', known }, true),
      ...at(yaml.placeOfKey(path, key)),
    }));
  }
  const found = valueAt(yaml.value, path);
  return [problemAt(yaml, path, { kind: found === undefined || found === null ? 'missing' : 'notAllowed', allowed }, secret)];
}
