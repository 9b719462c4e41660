import { type Result, err, ok } from '@cardwatch/kernel';
import { parseDocument } from 'yaml';
import type { z } from 'zod';
import type { CommonProfile } from '../profile.ts';

/** Longest profile that is read, bytes. */
export const profileBytesMax = 256 * 1_024;

/** Why a profile cannot be used, told so that its writer can mend it: `path` is the place in the file, e.g. `points.3.read.as`. */
export type ProfileFailure =
  | { readonly kind: 'missing'; readonly file: string }
  | { readonly kind: 'unreadable'; readonly file: string; readonly detail: string }
  | { readonly kind: 'tooLarge'; readonly file: string; readonly bytes: number; readonly limit: number }
  | { readonly kind: 'notYaml'; readonly file: string; readonly line: number; readonly detail: string }
  | { readonly kind: 'unknownProtocol'; readonly file: string; readonly protocol: string; readonly allowed: readonly string[] }
  | { readonly kind: 'wrongName'; readonly file: string; readonly name: string; readonly allowed: string }
  | { readonly kind: 'invalid'; readonly file: string; readonly issues: readonly ProfileIssue[] };

export interface ProfileIssue {
  readonly path: string;
  /** What stands there, as JSON, cut to 80 characters; `nothing` when it is missing. */
  readonly value: string;
  readonly allowed: string;
}

/** One line per thing to mend. */
export function describeProfileFailure(failure: ProfileFailure): string {
  switch (failure.kind) {
    case 'missing':
      return `${failure.file}: no such profile`;
    case 'unreadable':
      return `${failure.file}: ${failure.detail}`;
    case 'tooLarge':
      return `${failure.file}: ${failure.bytes} bytes, at most ${failure.limit} are allowed`;
    case 'notYaml':
      return `${failure.file}:${failure.line}: ${failure.detail}`;
    case 'unknownProtocol':
      return `${failure.file}: protocol is ${failure.protocol}, allowed: ${failure.allowed.join(', ')}`;
    case 'wrongName':
      return `${failure.file}: profile is ${failure.name}, allowed: ${failure.allowed}, the folder it stands in`;
    case 'invalid':
      return failure.issues
        .map(({ path, value, allowed }) => `${failure.file}: ${path || 'top'} is ${value}, allowed: ${allowed}`)
        .join('\n');
  }
}

export interface ProfileText {
  /** For messages. */
  readonly file: string;
  /** The folder under the profile root: what `profile` must say. */
  readonly name: string;
  readonly text: string;
}

export interface ProtocolTable {
  readonly names: readonly string[];
  schemaOf(protocol: string): z.ZodType<CommonProfile> | undefined;
}

/** YAML text to a checked profile. */
export function parseProfile({ file, name, text }: ProfileText, protocols: ProtocolTable): Result<CommonProfile, ProfileFailure> {
  const document = parseDocument(text, { prettyErrors: true, uniqueKeys: true, logLevel: 'error' });
  const [problem] = document.errors;
  if (problem !== undefined)
    return err({
      kind: 'notYaml',
      file,
      line: problem.linePos?.[0].line ?? 1,
      detail: problem.message.split('\n')[0] ?? problem.code,
    });
  if (/(^|[\s[{,])[*&][A-Za-z0-9]/m.test(text)) return err({ kind: 'notYaml', file, line: 1, detail: 'aliases are not allowed' });
  const value: unknown = document.toJS();
  const protocol = String(valueAt(value, ['protocol']));
  const schema = protocols.schemaOf(protocol);
  if (schema === undefined) return err({ kind: 'unknownProtocol', file, protocol, allowed: protocols.names });
  const parsed = schema.safeParse(value);
  if (!parsed.success) return err({ kind: 'invalid', file, issues: parsed.error.issues.map((issue) => issueOf(issue, value)) });
  if (parsed.data.profile !== name) return err({ kind: 'wrongName', file, name: parsed.data.profile, allowed: name });
  return ok(parsed.data);
}

function issueOf(issue: z.core.$ZodIssue, value: unknown): ProfileIssue {
  const path = issue.path.map(String);
  const found = valueAt(value, path);
  return {
    path: path.join('.'),
    value: found === undefined ? 'nothing' : JSON.stringify(found).slice(0, 80),
    allowed: allowedBy(issue),
  };
}

function allowedBy(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_value':
      return issue.values.map(String).join(', ');
    case 'too_small':
      return `${issue.minimum} or more`;
    case 'too_big':
      return `${issue.maximum} or less`;
    case 'invalid_type':
      return issue.expected;
    case 'unrecognized_keys':
      return `no ${issue.keys.join(', ')} here`;
    case 'invalid_format':
      return issue.pattern ?? issue.format;
    default:
      return issue.message;
  }
}

function valueAt(value: unknown, path: readonly string[]): unknown {
  let at: unknown = value;
  for (const key of path) {
    if (typeof at !== 'object' || at === null) return undefined;
    at = (at as Readonly<Record<string, unknown>>)[key];
  }
  return at;
}
