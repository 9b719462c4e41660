/** All settings of the file, with what they are and what is allowed, taken from its schemas; and the table of them in the README. */
import type { z as zod } from 'zod';
import { z } from 'zod';
import { allowedBy, type SchemaNode } from './allowed.core.ts';
import { knownLinks, linkKinds } from './protocols.ts';
import { AgentCommon, agentSchema, DeviceCommon, deviceSchema, linkSchema } from './schema.ts';
import { settingWords } from './setting-words.ts';
import { allowedText } from './words.ts';

export interface Setting {
  /** `links[].port` */
  readonly path: string;
  /** Kinds of link that have it; none: all have, or it is no link's. */
  readonly kinds: readonly string[];
  readonly text: string;
  readonly allowed: string;
  readonly default: string;
  readonly required: boolean;
}

/** The whole file with the protocols of the registry; devices are judged by their common keys only. */
export const wholeFile = agentSchema(linkSchema(knownLinks), DeviceCommon);

export const jsonSchema = (schema: zod.ZodType): SchemaNode =>
  z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as SchemaNode;

/** The schema of a link of this kind. */
export const linkNode = (kind: string): SchemaNode | undefined =>
  jsonSchema(linkSchema(knownLinks)).oneOf?.find(({ properties }) => properties?.kind?.const === kind);

/** The schema of a device of this protocol on a link of this kind. */
export const deviceNode = (protocol: string, kind: string): SchemaNode => {
  const shape = knownLinks.get(protocol)?.[kind];
  return jsonSchema(deviceSchema(shape === undefined ? [] : [shape]));
};

/** What stands in the credentials file of a link of this kind. */
export function credentialsNode(kind: string): SchemaNode | undefined {
  const schema = linkKinds(knownLinks).find((each) => each.kind === kind)?.credentials;
  return schema === undefined ? undefined : jsonSchema(schema);
}

/** `scopes`: kind of the link, name of the block that it stands in. */
export function textOf(key: string, { description }: SchemaNode, scopes: readonly string[] = []): string {
  const scoped = scopes.map((scope) => settingWords[`${scope}.${key}`]).find((text) => text !== undefined);
  return description ?? scoped ?? settingWords[key] ?? '';
}

export const kindText = (key: string, node: SchemaNode): string =>
  key === 'kind' && node.const !== undefined
    ? linkKinds(knownLinks)
        .map(({ kind }) => kind)
        .join(', ')
    : allowedText(allowedBy(node), 'en');

/** Every setting once; the same one of several kinds of link names all of them. */
export function settings(): readonly Setting[] {
  const found = new Map<string, Setting>();
  const tell = (setting: Setting): void => {
    const key = JSON.stringify({ ...setting, kinds: [] });
    const kinds = new Set([...(found.get(key)?.kinds ?? []), ...setting.kinds]);
    found.set(key, { ...setting, kinds: [...kinds] });
  };
  walk(jsonSchema(AgentCommon), { path: '', kinds: [] }, tell);
  const { properties = {} } = jsonSchema(wholeFile);
  const links = properties.links?.items?.oneOf ?? [];
  for (const link of links) walk(link, { path: 'links[]', kinds: [String(link.properties?.kind?.const)] }, tell);
  for (const [protocol, shapes] of knownLinks)
    for (const kind of Object.keys(shapes)) walk(deviceNode(protocol, kind), { path: 'devices[]', kinds: [kind] }, tell);
  for (const { kind } of linkKinds(knownLinks)) walk(credentialsNode(kind) ?? {}, { path: 'credentials', kinds: [kind] }, tell);
  return [...found.values()];
}

interface At {
  readonly path: string;
  readonly kinds: readonly string[];
}

function walk(node: SchemaNode, at: At, tell: (setting: Setting) => void): void {
  for (const alternative of node.oneOf ?? []) walk(alternative, at, tell);
  for (const [key, child] of Object.entries(node.properties ?? {})) {
    const path = at.path === '' ? key : `${at.path}.${key}`;
    if (child.items?.oneOf !== undefined) walkWays(child.items.oneOf, `${path}[]`, tell);
    else if (child.items?.properties !== undefined) walk(child.items, { ...at, path: `${path}[]` }, tell);
    else if (child.properties !== undefined) walk(child, { ...at, path }, tell);
    else
      tell({
        path,
        kinds: at.kinds,
        text: textOf(key, child, [at.path.split('.').at(-1) ?? '', ...at.kinds]),
        allowed: kindText(key, child),
        default: child.default === undefined ? '' : JSON.stringify(child.default).replaceAll('"', ''),
        required: node.required?.includes(key) ?? false,
      });
  }
}

/** Ways to tell somebody, told apart by `by`. */
function walkWays(ways: readonly SchemaNode[], path: string, tell: (setting: Setting) => void): void {
  for (const way of ways) {
    const { by, ...rest } = way.properties ?? {};
    walk({ ...way, properties: rest }, { path, kinds: [String(by?.const)] }, tell);
  }
  const values = ways.map(({ properties }) => properties?.by?.const);
  walk(
    { properties: { by: { ...ways[0]?.properties?.by, const: undefined, enum: values } }, required: ['by'] },
    { path, kinds: [] },
    tell,
  );
}

/** The table of settings in the README. */
export function settingsTable(): string {
  const all = linkKinds(knownLinks).length;
  const rows = settings().map(({ path, kinds, text, allowed, default: value, required }) => {
    const only = kinds.length === 0 || kinds.length === all ? '' : ` (${kinds.join(', ')})`;
    const fallback = required ? '**required**' : value === '' ? 'none' : `\`${value}\``;
    return `| \`${path}\`${only} | ${text} | ${allowed} | ${fallback} |`;
  });
  return ['| Setting | What it is | Allowed | Default |', '| --- | --- | --- | --- |', ...rows].join('\n');
}
