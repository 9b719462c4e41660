/** The sample configuration, written from the schemas, so that it cannot drift from what is read. */
import type { SchemaNode } from './allowed.core.ts';
import { type Example, headSample, type KindSample, kindSamples } from './sample-values.ts';
import { AgentCommon } from './schema.ts';
import { credentialsNode, deviceNode, jsonSchema, kindText, linkNode, textOf } from './settings.ts';

/** Sample YAML: every setting with what it is and what is allowed; those that may be left out stand as comments with their default. */
export function sampleYaml(): string {
  const told = new Set<string>();
  return [
    '# 一卡通值守采集器配置示例 Sample configuration of a Cardwatch agent.',
    '# 检查 Check it with: cardwatch-agent check --config agent.yaml',
    '',
    ...mapping(jsonSchema(AgentCommon), headSample, '', told),
    '# 线路 Links to the devices',
    'links:',
    ...kindSamples.flatMap((sample) => linkLines(sample, told)),
    '# 设备 Devices on the links',
    'devices:',
    ...kindSamples.flatMap((sample) => deviceLines(sample, told)),
    '',
  ].join('\n');
}

function linkLines({ link, credentials }: KindSample, told: Set<string>): string[] {
  const node = linkNode(link.kind);
  const file = credentials === undefined ? {} : { credentials: `/etc/cardwatch/${link.name}.credentials.yaml` };
  const keys = Object.entries(credentialsNode(link.kind)?.properties ?? {}).map(
    ([key, child]) => `      #   ${key}: ${textOf(key, child)}`,
  );
  const lines = node === undefined ? [] : listItem(nameFirst(node), { ...link, ...file }, told);
  return keys.length === 0 ? lines : [...lines, '      # 凭据文件中 In the credentials file:', ...keys];
}

function deviceLines({ link, device }: KindSample, told: Set<string>): string[] {
  const { id, name, profile, ...rest } = device;
  return listItem(deviceNode(profile.split('/')[0] ?? '', link.kind), { id, name, profile, link: link.name, ...rest }, told);
}

function mapping(node: SchemaNode, value: Readonly<Record<string, unknown>>, indent: string, told: Set<string>): string[] {
  return Object.entries(node.properties ?? {}).flatMap(([key, child]) => {
    const comment = explain(key, child, told, indent);
    const given = value[key];
    if (given !== undefined) return [...comment, ...entry(key, child, given as Example, indent, told)];
    return comment.length === 0
      ? []
      : [...comment, `${indent}# ${key}: ${child.default === undefined ? '' : String(child.default)}`.trimEnd()];
  });
}

/** Each setting is explained where it stands first. */
function explain(key: string, child: SchemaNode, told: Set<string>, indent: string): string[] {
  const text = textOf(key, child);
  const mark = `${indent.length}/${key}/${text}`;
  if (told.has(mark)) return [];
  told.add(mark);
  const allowed = child.type === 'object' || child.type === 'array' ? '' : `；${kindText(key, child)}`;
  return [`${indent}# ${text}${allowed}`];
}

function entry(key: string, child: SchemaNode, value: Example, indent: string, told: Set<string>): string[] {
  if (Array.isArray(value)) return [`${indent}${key}: [${value.map(scalar).join(', ')}]`];
  if (typeof value === 'object')
    return [`${indent}${key}:`, ...mapping(child, value as Readonly<Record<string, unknown>>, `${indent}  `, told)];
  return [`${indent}${key}: ${scalar(value)}`];
}

/** Digits that are text (an address, a terminal number) stay text. */
const scalar = (value: unknown): string =>
  typeof value === 'string' && (value === '' || /^[+-]?\d+(?:\.\d+)?$|^(?:true|false|null|yes|no)$|[:#]\s/.test(value))
    ? `'${value}'`
    : String(value);

function listItem(node: SchemaNode, value: Readonly<Record<string, unknown>>, told: Set<string>): string[] {
  const lines = mapping(node, value, '    ', told);
  const first = lines.findIndex((line) => !line.trimStart().startsWith('#'));
  // What stands before the dash is indented as the dash is, as the formatter of the house has it.
  return lines.map((line, index) =>
    index === first ? `  - ${line.trimStart()}` : index < first ? `  ${line.trimStart()}` : line,
  );
}

/** The name of a link comes first, as in a list that people read. */
function nameFirst(node: SchemaNode): SchemaNode {
  const { name, ...rest } = node.properties ?? {};
  return name === undefined ? node : { ...node, properties: { name, ...rest } };
}
