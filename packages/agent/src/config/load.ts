/** From the path of a YAML file to all that an agent starts with, or to all that is wrong with it. */
import type { CommonProfile, ProfileFailure } from '@cardwatch/drivers';
import { err, ok, type Result } from '@cardwatch/kernel';
import { type CrossProblem, crossCheck, type KnownProfile } from './cross-check.core.ts';
import { judge, problemAt, readYaml, type YamlFile } from './document.ts';
import { type Draft, draftOf } from './draft.ts';
import type { ConfigProblem, PathPart, What } from './problem.ts';
import { AgentYaml, configLimits, linkKindsOf, SecretsYaml } from './schema.ts';

export type FileFailure =
  | { readonly kind: 'missing' }
  | { readonly kind: 'tooLarge'; readonly bytes: number }
  | { readonly kind: 'io'; readonly detail: string };

/** The loader's door to the disk. */
export interface ConfigDoor {
  /** Text and permission bits of a file of at most `bytesMax`. */
  read(path: string, bytesMax: number): Promise<Result<{ readonly text: string; readonly mode: number }, FileFailure>>;
  /** Undefined when the folder is there, or can be made, and may be read and written. */
  folderProblem(path: string): Promise<string | undefined>;
  /** A path of the file, taken from the folder that the file stands in. */
  from(file: string, path: string): string;
  profileNames(): Promise<readonly string[]>;
  profile(name: string): Promise<Result<CommonProfile, ProfileFailure>>;
}

export interface LoadedConfig {
  readonly config: AgentYaml;
  readonly secrets: SecretsYaml;
  readonly profiles: ReadonlyMap<string, CommonProfile>;
  readonly dataFolder: string;
  readonly ca: string | undefined;
}

export interface LoadOptions {
  readonly linkKinds?: Readonly<Record<string, readonly string[]>>;
  /** Turns what is wrong with a profile into text. */
  describeProfile(failure: ProfileFailure): string;
}

export async function loadConfig(
  file: string,
  door: ConfigDoor,
  options: LoadOptions,
): Promise<Result<LoadedConfig, readonly ConfigProblem[]>> {
  const yaml = await openYaml(file, door);
  if (!yaml.ok) return yaml;
  const config = judge(yaml.value, AgentYaml);
  const draft = draftOf(yaml.value.value);
  const problem = (path: readonly PathPart[], what: What): ConfigProblem => problemAt(yaml.value, path, what);
  const profiles = await loadProfiles(draft, door);
  const known = await knownProfiles(profiles, door);
  const crossed = crossCheck(draft, known, options.linkKinds ?? linkKindsOf);
  const bad = badProfiles(draft, profiles, options);
  const secrets = await loadSecrets(yaml.value, draft, door);
  const folder = draft.data === undefined ? undefined : door.from(file, draft.data);
  const folderProblem = folder === undefined ? undefined : await door.folderProblem(folder);
  const ca = await loadCa(yaml.value, draft, door);
  const problems = [
    ...(config.ok ? [] : config.error),
    ...[...crossed, ...bad].map(({ path, what }) => problem(path, what)),
    ...(secrets.ok ? [] : secrets.error),
    ...(folderProblem === undefined ? [] : [problem(['data'], { kind: 'folderUnusable', detail: folderProblem })]),
    ...(ca.ok ? [] : [ca.error]),
  ];
  if (problems.length > 0 || !config.ok || !secrets.ok || !ca.ok || secrets.value === undefined || folder === undefined)
    return err(inOrder(problems, file));
  const good = [...profiles].flatMap(([name, profile]) => (profile.ok ? [[name, profile.value] as const] : []));
  return ok({
    config: config.value,
    secrets: secrets.value,
    profiles: new Map(good),
    dataFolder: folder,
    ca: ca.value,
  });
}

/** The file itself from top to bottom, then other files. */
const inOrder = (problems: readonly ConfigProblem[], file: string): ConfigProblem[] =>
  [...problems].sort(
    (a, b) =>
      Number(a.file !== file) - Number(b.file !== file) || (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0),
  );

async function openYaml(file: string, door: ConfigDoor): Promise<Result<YamlFile, readonly ConfigProblem[]>> {
  const read = await door.read(file, configLimits.fileBytes);
  if (read.ok) return readYaml(file, read.value.text);
  const what = fileProblem(read.error, configLimits.fileBytes);
  return err([{ file, path: '', line: undefined, column: undefined, value: file, what }]);
}

function fileProblem(failure: FileFailure, limit: number): What {
  if (failure.kind === 'missing') return { kind: 'fileMissing' };
  return failure.kind === 'tooLarge'
    ? { kind: 'fileTooLarge', bytes: failure.bytes, limit }
    : { kind: 'fileUnreadable', detail: failure.detail };
}

type Profiles = ReadonlyMap<string, Result<CommonProfile, ProfileFailure>>;

async function loadProfiles({ devices }: Draft, door: ConfigDoor): Promise<Profiles> {
  const names = [...new Set(devices.flatMap((device) => (device === undefined ? [] : [device.profile])))];
  return new Map(await Promise.all(names.map(async (name) => [name, await door.profile(name)] as const)));
}

/** Profiles that exist; one that exists and cannot be used is known by its name, so that it is not called unknown as well. */
async function knownProfiles(profiles: Profiles, door: ConfigDoor): Promise<KnownProfile[]> {
  return (await door.profileNames()).map((name) => {
    const loaded = profiles.get(name);
    return { name, protocol: loaded?.ok === true ? loaded.value.protocol : (name.split('/')[0] ?? '') };
  });
}

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
  const problem = (what: What): readonly ConfigProblem[] => [problemAt(agentYaml, ['secrets'], what)];
  const path = door.from(agentYaml.file, draft.secrets);
  const read = await door.read(path, configLimits.secretsBytes);
  if (!read.ok) return err(problem(fileProblem(read.error, configLimits.secretsBytes)));
  const wide =
    (read.value.mode & 0o077) === 0 ? [] : problem({ kind: 'modeTooWide', mode: `0${(read.value.mode & 0o777).toString(8)}` });
  const yaml = readYaml(path, read.value.text);
  // What the parser says about a secrets file may quote it.
  if (!yaml.ok)
    return err([...wide, ...yaml.error.map((each) => ({ ...each, what: { kind: 'notYaml', detail: '***' } as const }))]);
  const judged = judge(yaml.value, SecretsYaml, true);
  if (!judged.ok) return err([...wide, ...judged.error.map((each) => ({ ...each, value: each.value ?? '***' }))]);
  const { site, agent } = judged.value;
  const own = `${draft.site ?? site}/${draft.agent ?? agent}`;
  const other = `${site}/${agent}` === own ? [] : problem({ kind: 'otherAgent', found: `${site}/${agent}`, expected: own });
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
