/** `cardwatch-agent discover`: looks for devices and proposes configuration for them on standard output; nothing is written anywhere. */
import { type Discovery, discoveryOf, type LinkShape, protocolNames, protocolOf } from '@cardwatch/drivers';
import { createDriverIo } from '@cardwatch/drivers/io';
import { err, ok, type Result, silentLogger } from '@cardwatch/kernel';
import { Command } from 'commander';
import type { SchemaNode } from '../config/allowed.core.ts';
import { allowedBy } from '../config/allowed.core.ts';
import { readSecret } from '../config/credentials.ts';
import { fieldsOf } from '../config/draft.ts';
import { modeProblem } from '../config/files.ts';
import { configLimits } from '../config/schema.ts';
import { jsonSchema } from '../config/settings.ts';
import { allowedText } from '../config/words.ts';
import { type FoundDevice, proposalText } from '../probe/proposals.ts';
import { configDoor } from './config-door.ts';
import { systemClock } from './clock.ts';
import { exitCodes } from './environment.ts';

export const discoverLimits = { proposals: 1_000 } as const;

/** One subcommand for each protocol that can search. */
export async function discoverCommand(): Promise<Command> {
  const root = new Command('discover').description(
    '查找设备并给出配置建议，不写入 look for devices and propose configuration; writes nothing',
  );
  for (const name of protocolNames) {
    const discovery = await discoveryOf(name);
    if (discovery !== undefined) root.addCommand(oneCommand(name, discovery, secretKeys(protocolOf(name)?.links ?? {})));
  }
  return root;
}

/** What a credentials file of the protocol may hold: never words of a command line, which every user of the machine can read. */
const secretKeys = (links: Readonly<Record<string, LinkShape>>): ReadonlySet<string> =>
  new Set(Object.values(links).flatMap(({ credentials }) => Object.keys(credentials?.shape ?? {})));

function oneCommand(name: string, discovery: Discovery, secrets: ReadonlySet<string>): Command {
  const { about, options } = discovery;
  const command = new Command(name).description(`${about.zh} ${about.en}`);
  const node = jsonSchema(options);
  const keys = Object.entries(node.properties ?? {});
  for (const [key, child] of keys.filter(([each]) => !secrets.has(each)))
    command.option(`--${kebab(key)} ${child.type === 'boolean' ? '' : '<value>'}`.trim(), optionText(child));
  const hidden = keys.map(([key]) => key).filter((key) => secrets.has(key));
  if (hidden.length > 0)
    command.option('--credentials <file>', `凭据文件，权限 0600 file of mode 0600 with ${hidden.join(', ')}`);
  return command.action(async ({ credentials, ...asked }: Asked) => {
    const secret = credentials === undefined ? ok({}) : await secretsOf(credentials, hidden);
    if (!secret.ok) console.error(secret.error);
    process.exit(secret.ok ? await discover(name, discovery, { ...asked, ...secret.value }) : exitCodes.badConfig);
  });
}

interface Asked {
  readonly credentials?: string;
  readonly [key: string]: unknown;
}

async function secretsOf(path: string, keys: readonly string[]): Promise<Result<Readonly<Record<string, unknown>>, string>> {
  const read = await configDoor.read(path, configLimits.credentialsBytes);
  if (!read.ok) return err(`${path}: ${read.error.kind}`);
  if (modeProblem(read.value.mode).length > 0) return err(`${path}: 权限须为 0600 must have mode 0600`);
  const yaml = readSecret(path, read.value.text);
  if (!yaml.ok) return err(`${path}: 不是合法的 YAML not valid YAML`);
  const fields = Object.entries(fieldsOf(yaml.value.value));
  return fields.every(([key]) => keys.includes(key))
    ? ok(Object.fromEntries(fields))
    : err(`${path}: 允许 allowed: ${keys.join(', ')}`);
}

const optionText = (node: SchemaNode): string =>
  [node.description, allowedBy(node).kind === 'anything' ? undefined : allowedText(allowedBy(node), 'en'), defaultText(node)]
    .filter((part) => part !== undefined)
    .join('; ');

const defaultText = ({ default: value }: SchemaNode): string | undefined =>
  value === undefined ? undefined : `default ${JSON.stringify(value)}`;

const kebab = (key: string): string => key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** 0 when something was found, 1 when nothing was, 2 when it was asked wrongly. */
async function discover(name: string, { options, run }: Discovery, asked: Readonly<Record<string, unknown>>): Promise<number> {
  const node = jsonSchema(options);
  const given = Object.fromEntries(Object.entries(asked).map(([key, value]) => [key, valueFor(node.properties?.[key], value)]));
  const parsed = options.safeParse(given);
  if (!parsed.success) {
    for (const { path, message } of parsed.error.issues) console.error(`--${kebab(path.join('.'))}: ${message}`);
    return exitCodes.badConfig;
  }
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());
  const io = createDriverIo({ clock: systemClock, log: silentLogger });
  const found: FoundDevice[] = [];
  try {
    for await (const proposal of run(parsed.data, io, stop.signal)) {
      found.push(proposal);
      console.error(`${found.length}: ${proposal.evidence}`);
      if (found.length >= discoverLimits.proposals) stop.abort();
      if (stop.signal.aborted) break;
    }
  } catch (error) {
    console.error(`${name}: ${error instanceof Error ? error.message : String(error)}`);
  }
  process.stdout.write(proposalText(name, found));
  return found.length > 0 ? 0 : exitCodes.notWell;
}

/** Words of the command line as the schema wants them: lists by commas, numbers as numbers. */
function valueFor(node: SchemaNode | undefined, value: unknown): unknown {
  if (typeof value !== 'string') return value;
  if (node?.type === 'array') return value.split(',').map((part) => valueFor(node.items, part.trim()));
  const isNumber = node?.type === 'integer' || node?.type === 'number';
  return isNumber && value.trim() !== '' && Number.isFinite(Number(value)) ? Number(value) : value;
}
