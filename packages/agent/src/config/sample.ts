/** The sample configuration and the table of settings, both written from the schema, so that neither can drift from what is read. */
import { z } from 'zod';
import { allowedBy, type SchemaNode } from './allowed.core.ts';
import { AgentYaml, LinkYaml } from './schema.ts';
import { allowedText } from './words.ts';

/** Settings that come from schemas of others, which carry no words of their own. */
const words: Readonly<Record<string, string>> = {
  kind: '线路类型 Kind of link',
  host: '主机 Host of the device, gateway or serial server',
  port: '端口 TCP port',
  path: '串口，用不变的路径 Serial port, by a path that stays, e.g. under /dev/serial/by-path',
  connectTimeoutMs: '建立连接的期限 Time to connect, ms',
  replyTimeoutMs: '应答期限，不含线上时间 Time for a reply beyond its time on the wire, ms',
  deadlineMs: '一次请求的总期限 Time of one request with waiting and repetitions, ms',
  retries: '读请求重发次数 Repetitions of a read',
  baudRate: '波特率 Bit/s on the wire; of a serial server on its far side',
  dataBits: '数据位 Data bits',
  parity: '校验 Parity',
  stopBits: '停止位 Stop bits',
  gapMs: '发送前的静默时间 Quiet time before each send, ms',
  campus: '校区 Campus',
  zone: '区 Zone',
  building: '楼 Building',
  area: '区域 Area',
  areaType: '区域类型 Type of area',
};

type Example = Readonly<Record<string, unknown>> | readonly unknown[] | string | number | boolean;

const example: Example = {
  site: 'yb',
  agent: 'yb-b3',
  secrets: '/etc/cardwatch/agent.secrets.yaml',
  data: '/var/lib/cardwatch-agent',
  collector: { url: 'mqtts://cardwatch.example.edu.cn:8883', caFile: '/etc/cardwatch/ca.pem' },
  status: { host: '127.0.0.1', port: 8_491 },
  links: [
    { name: 'bath-1', kind: 'modbusTcp', host: '10.20.3.10' },
    { name: 'bath-2', kind: 'rtuOverTcp', host: '10.20.3.11', port: 4_001, baudRate: 9_600, parity: 'even' },
    { name: 'bath-3', kind: 'serial', path: '/dev/serial/by-path/platform-usb-0:1.2:1.0-port0', baudRate: 9_600, parity: 'even' },
  ],
  devices: [
    {
      id: 'yb-b3-bath-01',
      name: '竹苑3栋浴室-01',
      profile: 'modbus/cardwatch/ring-shower',
      link: 'bath-2',
      unit: 1,
      place: { campus: '宜宾校区', zone: '竹苑', building: '竹苑3号楼', area: '3号楼浴室', areaType: 'bathhouse' },
    },
    {
      id: 'yb-b3-bath-02',
      name: '竹苑3栋浴室-02',
      profile: 'modbus/cardwatch/plain-shower',
      link: 'bath-3',
      unit: 1,
      place: { campus: '宜宾校区', zone: '竹苑', building: '竹苑3号楼', area: '3号楼浴室', areaType: 'bathhouse' },
    },
  ],
};

const schema = (): SchemaNode => z.toJSONSchema(AgentYaml, { io: 'input' }) as SchemaNode;

/** Sample YAML: every setting with what it is and what is allowed; those that may be left out stand as comments with their default. */
export const sampleYaml = (): string =>
  [
    '# 一卡通值守采集器配置示例 Sample configuration of a Cardwatch agent.',
    '# 检查 Check it with: cardwatch-agent check --config agent.yaml',
    '',
    ...mapping(schema(), example, '', new Set()),
    '',
  ].join('\n');

function mapping(node: SchemaNode, value: Example, indent: string, told: Set<SchemaNode | string>): string[] {
  const fields = value as Readonly<Record<string, Example>>;
  return Object.entries(node.properties ?? {}).flatMap(([key, child]) => {
    const comment = explain(key, child, told, indent);
    const given = fields[key];
    if (given !== undefined) return [...comment, ...entry(key, child, given, indent, told)];
    return comment.length === 0
      ? []
      : [...comment, `${indent}# ${key}: ${child.default === undefined ? '' : String(child.default)}`.trimEnd()];
  });
}

/** Each setting is explained where it stands first. */
function explain(key: string, child: SchemaNode, told: Set<SchemaNode | string>, indent: string): string[] {
  const text = textOf(key, child);
  const mark = `${indent.length}/${key}/${text}`;
  if (told.has(mark)) return [];
  told.add(mark);
  const allowed = child.type === 'object' || child.type === 'array' ? '' : `；${kindText(key, child)}`;
  return [`${indent}# ${text}${allowed}`];
}

const textOf = (key: string, { description }: SchemaNode): string => description ?? words[key] ?? '';

function entry(key: string, child: SchemaNode, value: Example, indent: string, told: Set<SchemaNode | string>): string[] {
  if (Array.isArray(value))
    return [`${indent}${key}:`, ...value.flatMap((item: Example) => listItem(child.items, item, indent, told))];
  if (typeof value === 'object') return [`${indent}${key}:`, ...mapping(child, value, `${indent}  `, told)];
  return [`${indent}${key}: ${String(value)}`];
}

function listItem(items: SchemaNode | undefined, value: Example, indent: string, told: Set<SchemaNode | string>): string[] {
  const node = items?.oneOf?.find(({ properties }) => properties?.kind?.const === (value as { kind?: unknown }).kind) ?? items;
  const inner = `${indent}    `;
  const lines = node === undefined ? [] : mapping(nameFirst(node), value, inner, told);
  const first = lines.findIndex((line) => !line.trimStart().startsWith('#'));
  // What stands before the dash is indented as the dash is, as the formatter of the house has it.
  return lines.map((line, index) =>
    index === first ? `${indent}  - ${line.trimStart()}` : index < first ? `${indent}  ${line.trimStart()}` : line,
  );
}

/** The name of a link comes first, as in a list that people read. */
function nameFirst(node: SchemaNode): SchemaNode {
  const { name, ...rest } = node.properties ?? {};
  return name === undefined || 'id' in rest ? node : { ...node, properties: { name, ...rest } };
}

export interface Setting {
  /** `links[].port` */
  readonly path: string;
  /** Kinds of link that have it; empty: it is no setting of a link. */
  readonly kinds: readonly string[];
  readonly text: string;
  readonly allowed: string;
  readonly default: string;
  readonly required: boolean;
}

/** All settings, each once. */
export function settings(): Setting[] {
  const found = new Map<string, Setting>();
  walk(schema(), '', [], (setting) => {
    const before = found.get(setting.path);
    found.set(setting.path, before === undefined ? setting : merged(before, setting));
  });
  return [...found.values()];
}

/** The same setting of two kinds of link; where they differ it says of which kind it speaks. */
const merged = (a: Setting, b: Setting): Setting => ({
  ...a,
  kinds: [...a.kinds, ...b.kinds],
  required: a.required && b.required,
  default:
    a.default === b.default
      ? a.default
      : `${a.default === '' ? b.default : a.default} with ${a.default === '' ? b.kinds.join() : a.kinds.join()}`,
});

const kindText = (key: string, node: SchemaNode): string =>
  key === 'kind' && node.const !== undefined
    ? LinkYaml.options.map(({ shape }) => shape.kind.value).join(', ')
    : allowedText(allowedBy(node), 'en');

function walk(node: SchemaNode, path: string, kinds: readonly string[], tell: (setting: Setting) => void): void {
  for (const alternative of node.oneOf ?? []) walk(alternative, path, [String(alternative.properties?.kind?.const)], tell);
  for (const [key, child] of Object.entries(node.properties ?? {})) {
    const at = path === '' ? key : `${path}.${key}`;
    if (child.items !== undefined) walk(child.items, `${at}[]`, [], tell);
    else if (child.properties !== undefined) walk(child, at, kinds, tell);
    else
      tell({
        path: at,
        kinds,
        text: textOf(key, child),
        allowed: kindText(key, child),
        default: child.default === undefined ? '' : String(child.default),
        required: node.required?.includes(key) ?? false,
      });
  }
}

/** The table of settings in the README. */
export function settingsTable(): string {
  const rows = settings().map(({ path, kinds, text, allowed, default: value, required }) => {
    const only = kinds.length === 0 || kinds.length === 3 ? '' : ` (${kinds.join(', ')})`;
    const fallback = required ? '**required**' : value === '' ? 'none' : `\`${value}\``;
    return `| \`${path}\`${only} | ${text} | ${allowed} | ${fallback} |`;
  });
  return ['| Setting | What it is | Allowed | Default |', '| --- | --- | --- | --- |', ...rows].join('\n');
}
