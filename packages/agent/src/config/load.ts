/** From the path of a YAML file to all that an agent starts with, or to all that is wrong with it. */
import type { CommonProfile, ProfileFailure } from '@cardwatch/drivers';
import { err, ok, type Result } from '@cardwatch/kernel';
import { z } from 'zod';
import { judgeSecret, loadCredentials, readSecret } from './credentials.ts';
import { type CrossProblem, crossCheck, type KnownProfile } from './cross-check.core.ts';
import { joinConnections, judgeDevices, type Reached } from './devices.ts';
import { judge, problemAt, readYaml, type YamlFile } from './document.ts';
import { type Draft, draftOf } from './draft.ts';
import { type ConfigDoor, fileProblem, modeProblem } from './files.ts';
import type { ConfigProblem, What } from './problem.ts';
import type { ConnectionJudge, LinkCatalogue } from './protocols.ts';
import { type LoadedSecondWatch, loadSecondWatch } from './second-watch.ts';
import { type AgentYaml, agentSchema, configLimits, linkSchema, SecretsYaml } from './schema.ts';

export interface LoadedConfig {
  readonly config: AgentYaml;
  readonly secrets: SecretsYaml;
  readonly profiles: ReadonlyMap<string, CommonProfile>;
  /** How each device is reached, by device. With passwords in it: never logged. */
  readonly reached: ReadonlyMap<string, Reached>;
  readonly dataFolder: string;
  readonly ca: string | undefined;
  /** With secrets in it: never logged. */
  readonly secondWatch: LoadedSecondWatch | undefined;
}

export interface LoadOptions {
  readonly catalogue: LinkCatalogue;
  /** By protocol. */
  readonly judges: ReadonlyMap<string, ConnectionJudge>;
  /** Turns what is wrong with a profile into text. */
  describeProfile(failure: ProfileFailure): string;
}

export async function loadConfig(
  file: string,
  door: ConfigDoor,
  options: LoadOptions,
): Promise<Result<LoadedConfig, readonly ConfigProblem[]>> {
  const opened = await openYaml(file, door);
  if (!opened.ok) return opened;
  const yaml = opened.value;
  const { catalogue } = options;
  const links = linkSchema(catalogue);
  const config = judge(yaml, agentSchema(links, z.unknown()));
  const draft = draftOf(yaml.value, links);
  const profiles = await loadProfiles(draft, door);
  const known = await knownProfiles(profiles, door);
  const devices = judgeDevices(yaml, draft, known, catalogue);
  const credentials = await loadCredentials(yaml, draft, catalogue, door);
  const joined = joinConnections({
    links: draft.links,
    devices,
    credentials: credentials.byLink,
    protocolOf: (name) => protocolOf(profiles, name),
    catalogue,
    judges: options.judges,
  });
  const secrets = await loadSecrets(yaml, draft, door);
  const folder = draft.data === undefined ? undefined : door.from(file, draft.data);
  const ca = await loadCa(yaml, draft, door);
  const secondWatch = await loadSecondWatch(yaml, draft, door);
  const crossed = [
    ...crossCheck(draft, known, catalogue),
    ...badProfiles(draft, profiles, options),
    ...joined.problems,
    ...(await folderProblems(folder, door)),
  ];
  const problems = [
    ...(config.ok ? [] : config.error),
    ...devices.flatMap((device) => (device.ok ? [] : device.error)),
    ...crossed.map(({ path, what }) => problemAt(yaml, path, what)),
    ...credentials.problems,
    ...(secrets.ok ? [] : secrets.error),
    ...(ca.ok ? [] : [ca.error]),
    ...secondWatch.problems,
  ];
  if (problems.length > 0 || !config.ok || !secrets.ok || !ca.ok || secrets.value === undefined || folder === undefined)
    return err(inOrder(problems, file));
  return ok({
    config: { ...config.value, devices: devices.flatMap((device) => (device.ok ? [device.value] : [])) },
    secrets: secrets.value,
    profiles: new Map([...profiles].flatMap(([name, profile]) => (profile.ok ? [[name, profile.value] as const] : []))),
    reached: joined.reached,
    dataFolder: folder,
    ca: ca.value,
    secondWatch: secondWatch.loaded,
  });
}

/** The file itself from top to bottom, then other files; each thing is said once. */
function inOrder(problems: readonly ConfigProblem[], file: string): ConfigProblem[] {
  const once = new Map(problems.map((problem) => [`${problem.file} ${problem.path} ${JSON.stringify(problem.what)}`, problem]));
  return [...once.values()].sort(
    (a, b) =>
      Number(a.file !== file) - Number(b.file !== file) || (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0),
  );
}

async function openYaml(file: string, door: ConfigDoor): Promise<Result<YamlFile, readonly ConfigProblem[]>> {
  const read = await door.read(file, configLimits.fileBytes);
  if (read.ok) return readYaml(file, read.value.text);
  const what = fileProblem(read.error, configLimits.fileBytes);
  return err([{ file, path: '', line: undefined, column: undefined, value: file, what }]);
}

async function folderProblems(folder: string | undefined, door: ConfigDoor): Promise<CrossProblem[]> {
  const detail = folder === undefined ? undefined : await door.folderProblem(folder);
  return detail === undefined ? [] : [{ path: ['data'], what: { kind: 'folderUnusable', detail } }];
}

type Profiles = ReadonlyMap<string, Result<CommonProfile, ProfileFailure>>;

async function loadProfiles({ devices }: Draft, door: ConfigDoor): Promise<Profiles> {
  const names = [...new Set(devices.flatMap((device) => (device === undefined ? [] : [device.profile as string])))];
  return new Map(await Promise.all(names.map(async (name) => [name, await door.profile(name)] as const)));
}

function protocolOf(profiles: Profiles, name: string): string | undefined {
  const loaded = profiles.get(name);
  return loaded?.ok === true ? loaded.value.protocol : undefined;
}

/** Profiles that exist; one that exists and cannot be used is known by its name, so that it is not called unknown as well. */
const knownProfiles = async (profiles: Profiles, door: ConfigDoor): Promise<KnownProfile[]> =>
  (await door.profileNames()).map((name) => {
    const loaded = profiles.get(name);
    if (loaded?.ok !== true) return { name, protocol: name.split('/')[0] ?? '' };
    return { name, protocol: loaded.value.protocol, kind: loaded.value.kind };
  });

function badProfiles({ devices }: Draft, profiles: Profiles, { describeProfile }: LoadOptions): CrossProblem[] {
  return devices.flatMap((device, index) => {
    const loaded = device === undefined ? undefined : profiles.get(device.profile);
    if (loaded === undefined || loaded.ok || loaded.error.kind === 'missing') return [];
    return [{ path: ['devices', index, 'profile'], what: { kind: 'badProfile', detail: describeProfile(loaded.error) } }];
  });
}

/** undefined: the configuration does not say where they are. */
async function loadSecrets(
  agentYaml: YamlFile,
  draft: Draft,
  door: ConfigDoor,
): Promise<Result<SecretsYaml | undefined, readonly ConfigProblem[]>> {
  if (draft.secrets === undefined) return ok(undefined);
  const problem = (what: What): ConfigProblem => problemAt(agentYaml, ['secrets'], what);
  const path = door.from(agentYaml.file, draft.secrets);
  const read = await door.read(path, configLimits.secretsBytes);
  if (!read.ok) return err([problem(fileProblem(read.error, configLimits.secretsBytes))]);
  const wide = modeProblem(read.value.mode).map(problem);
  const yaml = readSecret(path, read.value.text);
  if (!yaml.ok) return err([...wide, ...yaml.error]);
  const judged = judgeSecret(yaml.value, SecretsYaml);
  if (!judged.ok) return err([...wide, ...judged.error]);
  const { site, agent } = judged.value;
  const own = `${draft.site ?? site}/${draft.agent ?? agent}`;
  const other = `${site}/${agent}` === own ? [] : [problem({ kind: 'otherAgent', found: `${site}/${agent}`, expected: own })];
  return wide.length + other.length === 0 ? ok(judged.value) : err([...wide, ...other]);
}

async function loadCa(
  yaml: YamlFile,
  { collector }: Draft,
  door: ConfigDoor,
): Promise<Result<string | undefined, ConfigProblem>> {
  const caFile = collector?.caFile;
  if (caFile === undefined) return ok(undefined);
  const read = await door.read(door.from(yaml.file, caFile), configLimits.fileBytes);
  return read.ok
    ? ok(read.value.text)
    : err(problemAt(yaml, ['collector', 'caFile'], fileProblem(read.error, configLimits.fileBytes)));
}
