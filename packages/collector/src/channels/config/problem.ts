/** One thing to mend in `watch.yaml`. `value` is what stands there, cut, and never of a field that may hold a secret. */
export interface SettingsProblem {
  readonly file: string;
  /** `channels.mail.port` */
  readonly path: string;
  /** From 1. */
  readonly line: number | undefined;
  readonly column: number | undefined;
  readonly value: string | undefined;
  readonly what: What;
}

export type What =
  | { readonly kind: 'notYaml'; readonly detail: string }
  | { readonly kind: 'missing'; readonly allowed: Allowed }
  | { readonly kind: 'notAllowed'; readonly allowed: Allowed }
  | { readonly kind: 'unknownKey'; readonly known: readonly string[] }
  | { readonly kind: 'badKey'; readonly allowed: Allowed }
  | { readonly kind: 'rule'; readonly rule: RuleCode; readonly values: Readonly<Record<string, string>> }
  | { readonly kind: 'file'; readonly fault: SecretFault; readonly detail: string };

/** What the shape of the file cannot say. */
export const ruleCodes = [
  'urlOrFile',
  'tlsNeeded',
  'userAndPassword',
  'tooManyTargets',
  'unknownField',
  'missingField',
  'unusedSecret',
  'badJson',
  'badPattern',
  'noCondition',
  'textInHeader',
  'bodyWithGet',
] as const;
export type RuleCode = (typeof ruleCodes)[number];

/** What can be amiss with a file of a secret. */
export type SecretFault = 'missing' | 'unreadable' | 'outside' | 'tooWide' | 'tooLarge' | 'empty';

export type Allowed =
  | { readonly kind: 'integer'; readonly min: number | undefined; readonly max: number | undefined }
  | { readonly kind: 'oneOf'; readonly values: readonly string[] }
  | { readonly kind: 'named'; readonly name: AllowedName }
  | { readonly kind: 'text'; readonly max: number | undefined }
  | { readonly kind: 'list'; readonly max: number | undefined }
  | { readonly kind: 'block'; readonly keys: readonly string[] }
  | { readonly kind: 'anything' };

/** Patterns that have words of their own. */
export const allowedNames = [
  'secretFile',
  'targetName',
  'url',
  'publicUrl',
  'host',
  'mailAddress',
  'jsonPath',
  'printable',
] as const;
export type AllowedName = (typeof allowedNames)[number];

export type PathPart = string | number;

/** `['channels', 'mail', 'port']` as `channels.mail.port`. */
export const pathText = (path: readonly PathPart[]): string =>
  path.reduce<string>(
    (text, part) => (typeof part === 'number' ? `${text}[${part}]` : text === '' ? part : `${text}.${part}`),
    '',
  );

const valueLength = 60;

export function valueText(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  const text = JSON.stringify(value);
  return text.length > valueLength ? `${text.slice(0, valueLength)}…` : text;
}
