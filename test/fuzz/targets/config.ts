/** Files that a person writes: an agent's configuration and secrets, `watch.yaml`, device profiles. Each refusal says where and what is right. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  createRegistry,
  describeProfileFailure,
  loadProfile,
  parseProfile,
  profileSchemaOf,
  protocolNames,
} from '@cardwatch/drivers';
import { profileRoot } from '@cardwatch/firmware-protocols';
import { chance, err, intBetween, ok, pick, type Random, SeededRandom } from '@cardwatch/kernel';
import { parse, stringify } from 'yaml';
import { loadConfig } from '../../../packages/agent/src/config/load.ts';
import { knownLinks } from '../../../packages/agent/src/config/protocols.ts';
import { readSecret } from '../../../packages/agent/src/config/credentials.ts';
import { judge as judgeAgent } from '../../../packages/agent/src/config/document.ts';
import { SecretsYaml } from '../../../packages/agent/src/config/schema.ts';
import { problemText } from '../../../packages/agent/src/config/words.ts';
import { judge, readYaml } from '../../../packages/collector/src/channels/config/document.ts';
import { settingsProblemText } from '../../../packages/collector/src/channels/words/settings-words.ts';
import { WatchSettings } from '../../../packages/collector/src/channels/settings.ts';
import { profileNames } from '../../golden/case.ts';
import { changeJson } from '../json.ts';
import { mutate } from '../mutate.ts';
import { bytesOf, type Feed, type Finding, jsonBytes, type Target, textOf } from '../target.ts';

const fileMax = 256 * 1024;
/** Read once, at a start, from a file that only the owner of the machine can write. */
const ownerMs = 2_000;
const yamlWords = [
  '&a [*a]',
  '*a',
  '<<: *x',
  '!!binary "/w=="',
  '!!js/function x',
  '? [a, b] : c',
  '- ',
  '|\n  x',
  '>-\n',
  '%YAML 1.1\n',
  '---\n',
  '...\n',
  '{a: {a: {a: ',
  '0o17',
  '.nan',
  '.inf',
  '2026-11-23',
  '~',
  '"\\u0000"',
  '__proto__: {polluted: 1}',
  'constructor: 1',
  '? ',
  '\t',
].map(bytesOf);

/** As text, or as what the text says with a value of it changed. */
function changeYaml(random: Random, pool: readonly Uint8Array[]): Uint8Array {
  if (chance(random, 0.4)) {
    const value = valueOf(pick(random, pool));
    if (value !== undefined) return bytesOf(written(changeJson(random, [jsonBytes(value)]))).subarray(0, fileMax);
  }
  const made = mutate(random, pool).bytes;
  if (chance(random, 0.6)) return made.subarray(0, fileMax);
  const at = intBetween(random, 0, made.length);
  return Buffer.concat([made.subarray(0, at), pick(random, yamlWords), made.subarray(at)]).subarray(0, fileMax);
}

function valueOf(bytes: Uint8Array): unknown {
  try {
    return parse(textOf(bytes), { maxAliasCount: 0, logLevel: 'silent' });
  } catch {
    return undefined;
  }
}

function written(json: Uint8Array): string {
  try {
    return stringify(JSON.parse(textOf(json)));
  } catch {
    return textOf(json);
  }
}

const folder = fileURLToPath(new URL('../../agent/config/', import.meta.url));
const agentSeeds = (): Uint8Array[] =>
  [
    ...readdirSync(join(folder, 'cases'))
      .filter((name) => name.endsWith('.conf'))
      .map((name) => readFileSync(join(folder, 'cases', name))),
    readFileSync(join(folder, 'good.yaml')),
  ].map((bytes) => new Uint8Array(bytes));

const secrets = [
  'site: yb',
  'agent: yb-b3',
  `mqttSecret: ${'A'.repeat(43)}`,
  `siteKey: '${'1b'.repeat(32)}'`,
  'dataKeyId: k1',
  `dataKey: '${'2c'.repeat(32)}'`,
].join('\n');

async function openAgent(): Promise<Feed> {
  const names = profileNames(profileRoot);
  const profiles = new Map(await Promise.all(names.map(async (name) => [name, await loadProfile(profileRoot, name)] as const)));
  const judges = createRegistry(new SeededRandom(1));
  let good = 0;
  return {
    seeds: agentSeeds(),
    change: changeYaml,
    feed: async (input) => {
      const text = textOf(input);
      const door = {
        read: (path: string) =>
          Promise.resolve(ok({ text: path === '/agent.yaml' ? text : path.endsWith('.pem') ? 'PEM' : secrets, mode: 0o600 })),
        folderProblem: () => Promise.resolve(undefined),
        from: (_file: string, path: string) => path,
        profileNames: () => Promise.resolve(names),
        profile: (name: string) => Promise.resolve(profiles.get(name) ?? err({ kind: 'missing', file: name } as const)),
      };
      const loaded = await loadConfig('/agent.yaml', door, {
        catalogue: knownLinks,
        judges,
        describeProfile: describeProfileFailure,
      });
      if (loaded.ok) good++;
      return loaded.ok
        ? undefined
        : (placesProblem(loaded.error, text) ??
            (loaded.error.some((each) => problemText(each, 'zh') === '' || problemText(each, 'en') === '')
              ? 'a problem without words'
              : undefined));
    },
    said: () => `${good} good`,
  };
}

interface Placed {
  readonly line: number | undefined;
  readonly column: number | undefined;
  readonly value: unknown;
}

/** A place is in the file, and what is quoted of it is short. */
function placesProblem(problems: readonly Placed[], text: string): Finding {
  if (problems.length === 0) return 'refused, and nothing is said';
  const lines = text.split('\n');
  for (const { line, column, value } of problems) {
    if (line !== undefined && (line < 1 || line > lines.length + 1)) return `line ${line} of ${lines.length}`;
    if (column !== undefined && column < 1) return `column ${column}`;
    if (typeof value === 'string' && value.length > 200) return `quotes ${value.length} characters`;
  }
  return undefined;
}

function feedSecrets(input: Uint8Array): Finding {
  const text = textOf(input);
  const yaml = readSecret('/secrets.yaml', text);
  const judged = yaml.ok ? judgeAgent(yaml.value, SecretsYaml, { secret: true }) : yaml;
  if (judged.ok) return undefined;
  const problem = placesProblem(judged.error, text);
  const said = judged.error.map((each) => problemText(each, 'en')).join('\n');
  return problem ?? (said.includes('1b1b1b') || said.includes('AAAAAA') ? `quotes a secret: ${said.slice(0, 200)}` : undefined);
}

const watchSeeds = [
  'publicUrl: https://cardwatch.example.edu.cn\nallowHosts: [mail.example.edu.cn]\nchannels:\n  mail: { host: mail.example.edu.cn, port: 587, security: starttls, from: cw@example.edu.cn, user: cw, password: mail.key }\n  wecom: { robots: { duty: { key: wecom.key } } }\n  sms:\n    url: "https://sms.example.com/send?id={id}"\n    body: \'{"phone":"{phone}","text":"{text}"}\'\n    success: { codePath: result.code, codes: ["0"] }\n    failures: { "42": rateLimited }\n  webhook: { endpoints: { desk: { url: "https://desk.example.edu.cn/x", secret: desk.key } } }\nsecondCollectorWatch: { url: "https://watch.example.com/beat", secret: beat.key, everyMs: 60000 }\n',
  'channels:\n  dingtalk: { robots: { duty: { token: d.key, secret: s.key } } }\n  feishu: { robots: { duty: { token: f.key } } }\n  console: {}\n',
].map(bytesOf);

function feedWatch(input: Uint8Array): Finding {
  const text = textOf(input);
  const yaml = readYaml('watch.yaml', text);
  const judged = yaml.ok ? judge(yaml.value, WatchSettings) : yaml;
  if (judged.ok) return undefined;
  const wordless = judged.error.some((each) => settingsProblemText(each, 'zh') === '' || settingsProblemText(each, 'en') === '');
  return placesProblem(judged.error, text) ?? (wordless ? 'a problem without words' : undefined);
}

const protocols = { names: protocolNames, schemaOf: profileSchemaOf };

function feedProfile(input: Uint8Array): Finding {
  const text = textOf(input);
  const name = /^profile:\s*(\S+)/m.exec(text)?.[1] ?? 'x/y/z';
  const parsed = parseProfile({ file: 'p.yaml', name, text }, protocols);
  if (parsed.ok) return parsed.value.profile === name ? undefined : 'another name than its own';
  const said = describeProfileFailure(parsed.error);
  if (said === '') return 'refused, and nothing is said';
  return parsed.error.kind === 'notYaml' && !(parsed.error.line >= 1) ? `line ${parsed.error.line}` : undefined;
}

const profileSeeds = (): Uint8Array[] =>
  profileNames(profileRoot).map((name) => new Uint8Array(readFileSync(join(profileRoot, name, 'profile.yaml'))));

const text =
  (seeds: () => readonly Uint8Array[], feed: (input: Uint8Array) => Finding): (() => Promise<Feed>) =>
  () =>
    Promise.resolve({ seeds: seeds(), change: changeYaml, feed });

export const configTargets: readonly Target[] = [
  { name: 'yaml-agent', code: ['/yaml/'], perChange: 600, slowMs: ownerMs, open: openAgent },
  {
    name: 'yaml-secrets',
    code: ['/yaml/'],
    perChange: 1_500,
    slowMs: ownerMs,
    open: text(() => [bytesOf(secrets)], feedSecrets),
  },
  { name: 'yaml-watch', code: ['/yaml/'], perChange: 600, slowMs: ownerMs, open: text(() => watchSeeds, feedWatch) },
  { name: 'yaml-profile', code: ['/yaml/'], perChange: 300, slowMs: ownerMs, open: text(profileSeeds, feedProfile) },
];
