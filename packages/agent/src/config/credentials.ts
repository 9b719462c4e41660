/** Users, passwords and keys of devices: one file a link, readable by this user alone, and nothing of it in any message. */
import { err, ok, type Result } from '@cardwatch/kernel';
import { judge, problemAt, readYaml, type YamlFile } from './document.ts';
import type { Draft } from './draft.ts';
import { fileProblem, modeProblem, type ConfigDoor } from './files.ts';
import type { ConfigProblem, What } from './problem.ts';
import { type LinkCatalogue, linkKinds } from './protocols.ts';
import { configLimits, type LinkYaml } from './schema.ts';

export type Credentials = { readonly kind: 'good'; readonly content: unknown } | { readonly kind: 'bad' };

/** The credentials of each link that names a file, by link. */
export async function loadCredentials(
  yaml: YamlFile,
  { links }: Draft,
  catalogue: LinkCatalogue,
  door: ConfigDoor,
): Promise<{ readonly byLink: ReadonlyMap<string, Credentials>; readonly problems: readonly ConfigProblem[] }> {
  const schemas = new Map(linkKinds(catalogue).map(({ kind, credentials }) => [kind, credentials]));
  const byLink = new Map<string, Credentials>();
  const problems: ConfigProblem[] = [];
  for (const [index, link] of links.entries()) {
    const schema = link === undefined ? undefined : schemas.get(link.kind);
    if (link?.credentials === undefined || schema === undefined) continue;
    const loaded = await loadOne({ yaml, index, link, path: door.from(yaml.file, link.credentials) }, schema, door);
    byLink.set(link.name, loaded.ok ? { kind: 'good', content: loaded.value } : { kind: 'bad' });
    if (!loaded.ok) problems.push(...loaded.error);
  }
  return { byLink, problems };
}

interface Where {
  readonly yaml: YamlFile;
  readonly index: number;
  readonly link: LinkYaml;
  readonly path: string;
}

async function loadOne(
  { yaml, index, path }: Where,
  schema: Parameters<typeof judge>[1],
  door: ConfigDoor,
): Promise<Result<unknown, readonly ConfigProblem[]>> {
  const problem = (what: What): ConfigProblem => problemAt(yaml, ['links', index, 'credentials'], what);
  const read = await door.read(path, configLimits.credentialsBytes);
  if (!read.ok) return err([problem(fileProblem(read.error, configLimits.credentialsBytes))]);
  const wide = modeProblem(read.value.mode).map(problem);
  const content = readSecret(path, read.value.text);
  if (!content.ok) return err([...wide, ...content.error]);
  const judged = judgeSecret(content.value, schema);
  if (!judged.ok) return err([...wide, ...judged.error]);
  return wide.length > 0 ? err(wide) : ok(judged.value);
}

/** What the parser says about a secret file may quote it, so it is not said. */
export function readSecret(path: string, text: string): Result<YamlFile, readonly ConfigProblem[]> {
  const yaml = readYaml(path, text);
  return yaml.ok ? yaml : err(yaml.error.map((each) => ({ ...each, what: { kind: 'notYaml', detail: '***' } as const })));
}

/** Judges a secret file; its values stand as *** in what is wrong with it. */
export function judgeSecret<T>(yaml: YamlFile, schema: Parameters<typeof judge<T>>[1]): Result<T, readonly ConfigProblem[]> {
  const judged = judge(yaml, schema, { secret: true });
  return judged.ok ? judged : err(judged.error.map((each) => ({ ...each, value: each.value ?? '***' })));
}
