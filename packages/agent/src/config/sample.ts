/** The sample configuration, written from the schemas, so that it cannot drift from what is read. */
import { stringify } from 'yaml';
import type { SchemaNode } from './allowed.core.ts';
import { type Example, headSample, type KindSample, kindSamples, type SampleDevice } from './sample-values.ts';
import { AgentCommon } from './schema.ts';
import { credentialsNode, deviceNode, jsonSchema, kindText, linkNode, textOf } from './settings.ts';

/** Sample YAML: every setting with what it is and what is allowed; those that may be left out stand as comments with their default. */
export function sampleYaml(): string {
  const told = new Set<string>();
  return [
    '# 一卡通值守采集器配置示例 Sample configuration of a Cardwatch agent.',
    '# 检查 Check it with: cardwatch-agent check --config agent.yaml',
    '',
    ...mapping(jsonSchema(AgentCommon), headSample, { indent: '', scopes: [], told }),
    '# 线路 Links to the devices',
    'links:',
    ...kindSamples.flatMap((sample) => linkLines(sample, told)),
    '# 设备 Devices on the links',
    'devices:',
    ...kindSamples.flatMap((sample) => deviceLines(sample, told)),
    '',
  ].join('\n');
}

/** A link of each kind with its devices, short: what must be said and what is usual. */
export const linkSamples = (): string =>
  kindSamples
    .map(({ link, credentials, devices }) => {
      const file = credentials === undefined ? {} : { credentials: `${link.name}.credentials.yaml` };
      const note =
        credentials === undefined ? [] : [`# ${link.name}.credentials.yaml, 0600: ${Object.keys(credentials).join(', ')}`];
      const text = stringify(
        { links: [{ ...link, ...file }], devices: devices.map((device) => onLink(link.name, device)) },
        { lineWidth: 0 },
      );
      return [`**\`${link.kind}\`**`, '', '```yaml', ...note, text.trimEnd(), '```'].join('\n');
    })
    .join('\n\n');

function onLink(link: string, device: SampleDevice): Readonly<Record<string, unknown>> {
  const { id, name, profile, place: _, ...own } = device;
  return { id, name, profile, link, ...own };
}

/** Where a mapping stands, and what was explained before it. */
interface Telling {
  readonly indent: string;
  readonly scopes: readonly string[];
  readonly told: Set<string>;
}

function linkLines({ link, credentials }: KindSample, told: Set<string>): string[] {
  const node = linkNode(link.kind);
  const file = credentials === undefined ? {} : { credentials: `/etc/cardwatch/${link.name}.credentials.yaml` };
  const keys = Object.entries(credentialsNode(link.kind)?.properties ?? {}).map(
    ([key, child]) => `    #   ${key}: ${textOf(key, child, [link.kind])}`,
  );
  const lines = node === undefined ? [] : listItem(nameFirst(node), { ...link, ...file }, link.kind, told);
  return keys.length === 0 ? lines : [...lines, '    # 凭据文件中 In the credentials file:', ...keys];
}

const deviceLines = ({ link, devices }: KindSample, told: Set<string>): string[] =>
  devices.flatMap(({ id, name, profile, ...rest }) => {
    const node = deviceNode(profile.split('/')[0] ?? '', link.kind);
    return listItem(node, { id, name, profile, link: link.name, ...rest }, link.kind, told);
  });

function mapping(node: SchemaNode, value: Readonly<Record<string, unknown>>, telling: Telling): string[] {
  const { indent } = telling;
  return Object.entries(node.properties ?? {}).flatMap(([key, child]) => {
    const comment = explain(key, child, telling);
    const given = value[key];
    if (given !== undefined) return [...comment, ...entry(key, child, given as Example, telling)];
    return comment.length === 0 ? [] : [...comment, `${indent}# ${key}: ${defaultOf(child)}`.trimEnd()];
  });
}

const defaultOf = ({ default: value }: SchemaNode): string =>
  value === undefined ? '' : typeof value === 'object' ? JSON.stringify(value) : String(value);

/** Each setting is explained where it stands first. */
function explain(key: string, child: SchemaNode, { indent, scopes, told }: Telling): string[] {
  const text = textOf(key, child, scopes);
  const mark = `${indent.length}/${key}/${text}`;
  if (told.has(mark)) return [];
  told.add(mark);
  const allowed = child.type === 'object' || child.type === 'array' ? '' : `；${kindText(key, child)}`;
  return [`${indent}# ${text}${allowed}`];
}

function entry(key: string, child: SchemaNode, value: Example, telling: Telling): string[] {
  const { indent, scopes, told } = telling;
  if (Array.isArray(value) && value.every((each) => typeof each === 'object'))
    return [`${indent}${key}:`, ...value.flatMap((each) => listEntry(child, each as Readonly<Record<string, unknown>>, telling))];
  if (Array.isArray(value)) return [`${indent}${key}: [${value.map(scalar).join(', ')}]`];
  if (typeof value !== 'object') return [`${indent}${key}: ${scalar(value)}`];
  const fields = value as Readonly<Record<string, unknown>>;
  const inner =
    child.properties === undefined
      ? Object.entries(fields).map(([name, each]) => `${indent}  ${scalar(name)}: ${scalar(each)}`)
      : mapping(child, fields, { indent: `${indent}  `, scopes: [key, ...scopes], told });
  return [`${indent}${key}:`, ...inner];
}

/** An entry of a list of blocks that `by` tells apart. */
function listEntry({ items }: SchemaNode, value: Readonly<Record<string, unknown>>, { indent, told }: Telling): string[] {
  const node = items?.oneOf?.find(({ properties }) => properties?.by?.const === value.by) ?? {};
  const lines = mapping(node, value, { indent: `${indent}    `, scopes: [String(value.by)], told });
  return dashed(lines, `${indent}  `);
}

/** Digits that are text (an address, a terminal number) stay text. */
const scalar = (value: unknown): string =>
  typeof value === 'string' && (value === '' || /^[+-]?\d+(?:\.\d+)?$|^(?:true|false|null|yes|no)$|[:#]\s/.test(value))
    ? `'${value}'`
    : String(value);

function listItem(node: SchemaNode, value: Readonly<Record<string, unknown>>, kind: string, told: Set<string>): string[] {
  return dashed(mapping(node, value, { indent: '    ', scopes: [kind], told }), '  ');
}

/** Lines of a block as an entry of a list. What stands before the dash is indented as the dash is, as the formatter of the house has it. */
function dashed(lines: readonly string[], indent: string): string[] {
  const first = lines.findIndex((line) => !line.trimStart().startsWith('#'));
  return lines.map((line, index) =>
    index === first ? `${indent}- ${line.trimStart()}` : index < first ? `${indent}${line.trimStart()}` : line,
  );
}

/** The name of a link comes first, as in a list that people read. */
function nameFirst(node: SchemaNode): SchemaNode {
  const { name, ...rest } = node.properties ?? {};
  return name === undefined ? node : { ...node, properties: { name, ...rest } };
}
