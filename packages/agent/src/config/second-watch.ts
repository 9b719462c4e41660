/** The files that `watchCollector` speaks of, and what its schema cannot see. */
import { err, ok, type Result } from '@cardwatch/kernel';
import { secondWatchMax, type Telling, type WatchCollectorYaml } from '../second-watch/settings.ts';
import { duplicates } from './cross-check.core.ts';
import { problemAt, type YamlFile } from './document.ts';
import type { Draft } from './draft.ts';
import { type ConfigDoor, fileProblem, modeProblem } from './files.ts';
import type { ConfigProblem, PathPart, What } from './problem.ts';
import { configLimits } from './schema.ts';

export interface LoadedTelling {
  readonly telling: Telling;
  readonly ca: string | undefined;
  /** Of a webhook its shared secret, of mail the password, of a robot its key or token. */
  readonly secret: string | undefined;
  /** The secret of a robot's signature. */
  readonly sign: string | undefined;
}

export interface LoadedSecondWatch {
  readonly settings: WatchCollectorYaml;
  readonly ca: string | undefined;
  readonly token: string | undefined;
  readonly tellings: readonly LoadedTelling[];
}

export interface SecondWatchLoad {
  readonly loaded: LoadedSecondWatch | undefined;
  readonly problems: readonly ConfigProblem[];
}

interface Place {
  readonly yaml: YamlFile;
  readonly door: ConfigDoor;
  readonly problems: ConfigProblem[];
}

export async function loadSecondWatch(
  yaml: YamlFile,
  { watchCollector: settings }: Draft,
  door: ConfigDoor,
): Promise<SecondWatchLoad> {
  if (settings === undefined) return { loaded: undefined, problems: [] };
  const place: Place = { yaml, door, problems: [] };
  const at = (path: readonly PathPart[], what: What): void =>
    void place.problems.push(problemAt(yaml, ['watchCollector', ...path], what));
  if (inTheOpen(settings.url)) at(['url'], { kind: 'plainHttp' });
  for (const { index, first } of duplicates(settings.tell, ({ name }) => name))
    at(['tell', index, 'name'], { kind: 'duplicateName', first: `tell[${first}]` });
  const ca = await text(place, ['caFile'], settings.caFile);
  const token = await secret(place, ['token'], settings.token);
  const tellings: LoadedTelling[] = [];
  for (const [index, telling] of settings.tell.entries()) {
    for (const { path, what } of tellingProblems(telling)) at(['tell', index, ...path], what);
    const { key, file, signFile } = secretFiles(telling);
    const own = await secret(place, ['tell', index, key], file);
    const sign = await secret(place, ['tell', index, 'sign'], signFile);
    tellings.push({ telling, ca: await text(place, ['tell', index, 'caFile'], telling.caFile), secret: own, sign });
  }
  return { loaded: { settings, ca, token, tellings }, problems: place.problems };
}

/** The setting that names the file of its secret. */
function secretFiles(telling: Telling): {
  readonly key: string;
  readonly file: string | undefined;
  readonly signFile?: string | undefined;
} {
  switch (telling.by) {
    case 'webhook':
      return { key: 'secret', file: telling.secret };
    case 'mail':
      return { key: 'password', file: telling.password };
    case 'wecom':
      return { key: 'key', file: telling.key };
    default:
      return { key: 'token', file: telling.token, signFile: telling.sign };
  }
}

function tellingProblems(telling: Telling): { readonly path: readonly PathPart[]; readonly what: What }[] {
  if (telling.by !== 'mail') return inTheOpen(telling.url) ? [{ path: ['url'], what: { kind: 'plainHttp' } }] : [];
  const { security, host, user, password } = telling;
  return [
    ...(security === 'none' && !loopback.includes(host) ? [{ path: ['security'], what: { kind: 'plainMail' } } as const] : []),
    ...((user === undefined) === (password === undefined)
      ? []
      : [{ path: [user === undefined ? 'password' : 'user'], what: { kind: 'userAndPassword' } } as const]),
  ];
}

const loopback: readonly string[] = ['127.0.0.1', '::1', 'localhost'];

/** Plain HTTP is for addresses inside: written as numbers, because a name may lead anywhere. */
export function inTheOpen(text: string): boolean {
  const url = URL.parse(text);
  if (url === null || url.protocol !== 'http:') return false;
  const host = url.hostname.replace(/^\[|\]$/g, '').toLowerCase();
  const inside = [
    /^localhost$/,
    /^(?:10|127)\.\d+\.\d+\.\d+$/,
    /^192\.168\.\d+\.\d+$/,
    /^172\.(?:1[6-9]|2\d|3[01])\.\d+\.\d+$/,
    /^169\.254\.\d+\.\d+$/,
    /^100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.\d+\.\d+$/,
    /^::1$/,
    /^f[cd][0-9a-f]{2}:/,
    /^fe[89ab][0-9a-f]:/,
  ];
  return !inside.some((pattern) => pattern.test(host));
}

async function text(place: Place, path: readonly PathPart[], file: string | undefined): Promise<string | undefined> {
  return file === undefined ? undefined : taken(place, path, await read(place, file, configLimits.fileBytes));
}

/** One line in a file that its owner alone may read. */
async function secret(place: Place, path: readonly PathPart[], file: string | undefined): Promise<string | undefined> {
  if (file === undefined) return undefined;
  const found = await read(place, file, secondWatchMax.secretBytes);
  const line = taken(place, path, found)?.trim();
  const wide = found.ok ? modeProblem(found.value.mode) : [];
  const empty: What[] = line === '' ? [{ kind: 'fileEmpty' }] : [];
  for (const what of [...wide, ...empty]) taken(place, path, err(what));
  return line;
}

async function read(
  { yaml, door }: Place,
  file: string,
  bytesMax: number,
): Promise<Result<{ readonly text: string; readonly mode: number }, What>> {
  const found = await door.read(door.from(yaml.file, file), bytesMax);
  return found.ok ? ok(found.value) : err(fileProblem(found.error, bytesMax));
}

function taken(place: Place, path: readonly PathPart[], found: Result<{ readonly text: string }, What>): string | undefined {
  if (found.ok) return found.value.text;
  place.problems.push(problemAt(place.yaml, ['watchCollector', ...path], found.error));
  return undefined;
}
