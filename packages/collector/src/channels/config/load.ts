/** From the data folder to all that the watch is told, or to all that is wrong with it. */
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { err, ok, type Result } from '@cardwatch/kernel';
import { WatchSettings } from '../settings.ts';
import { secretPlaces } from './allowed.core.ts';
import { SecretFile } from './fields.ts';
import { judge, problemAt, readYaml, schemaOf, type YamlFile } from './document.ts';
import type { PathPart, SettingsProblem } from './problem.ts';
import { readSecret } from './secret-files.ts';

export const watchFile = 'watch.yaml';
export const watchFileBytesMax = 256 * 1024;

/** Without the file the watch tells the console alone. Files of secrets are tried, so that a wrong mode is known at start and not at night. */
export function loadWatchSettings(dataFolder: string): Result<WatchSettings, readonly SettingsProblem[]> {
  const file = join(dataFolder, watchFile);
  const text = textOf(file);
  if (!text.ok) return err([text.error]);
  const yaml = readYaml(file, text.value ?? '');
  if (!yaml.ok) return yaml;
  const judged = judge(yaml.value, WatchSettings);
  const problems = [...(judged.ok ? [] : judged.error), ...secretProblems(yaml.value, dataFolder)];
  return judged.ok && problems.length === 0 ? judged : err(inOrder(problems));
}

/** Null when there is none. */
function textOf(file: string): Result<string | null, SettingsProblem> {
  const refused = (fault: 'tooLarge' | 'unreadable', detail: string): { readonly ok: false; readonly error: SettingsProblem } =>
    err({ file, path: '', line: undefined, column: undefined, value: undefined, what: { kind: 'file', fault, detail } });
  try {
    const { size } = statSync(file);
    return size > watchFileBytesMax ? refused('tooLarge', String(size)) : ok(readFileSync(file, 'utf8'));
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    return code === 'ENOENT' ? ok(null) : refused('unreadable', code);
  }
}

function secretProblems(yaml: YamlFile, dataFolder: string): SettingsProblem[] {
  const root = schemaOf(WatchSettings);
  return secretPlaces(root, yaml.value).flatMap((path) => {
    const name = stringAt(yaml.value, path);
    const parsed = SecretFile.safeParse(name).success ? readSecret(dataFolder, name) : null;
    return parsed === null || parsed.ok
      ? []
      : [problemAt(yaml, root, path, { kind: 'file', fault: parsed.error.kind, detail: parsed.error.detail })];
  });
}

const stringAt = (value: unknown, path: readonly PathPart[]): string =>
  String(
    path.reduce<unknown>(
      (inner, part) =>
        typeof inner === 'object' && inner !== null ? (inner as Readonly<Record<string, unknown>>)[String(part)] : '',
      value,
    ),
  );

const inOrder = (problems: readonly SettingsProblem[]): SettingsProblem[] =>
  [...problems].sort((a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0));
