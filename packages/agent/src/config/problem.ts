import type { Allowed } from './allowed.core.ts';

/** One thing to mend. `path` as `devices[3].unit`; line and column count from 1; `value` is what stands there, cut, never of a secret. */
export interface ConfigProblem {
  readonly file: string;
  readonly path: string;
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
  | { readonly kind: 'duplicateId'; readonly first: string }
  | { readonly kind: 'duplicateLink'; readonly first: string }
  | { readonly kind: 'duplicateAddress'; readonly first: string; readonly key: string }
  | { readonly kind: 'unknownParent' }
  | { readonly kind: 'parentCycle'; readonly way: string }
  | { readonly kind: 'connectionRefused'; readonly detail: string }
  | { readonly kind: 'credentialsNeeded'; readonly keys: readonly string[] }
  | { readonly kind: 'unknownLink'; readonly known: readonly string[] }
  | { readonly kind: 'unknownProfile'; readonly known: readonly string[] }
  | { readonly kind: 'badProfile'; readonly detail: string }
  | { readonly kind: 'linkKind'; readonly protocol: string; readonly allowed: readonly string[] }
  | { readonly kind: 'wrongPlace'; readonly rule: string }
  | { readonly kind: 'caWithoutTls' }
  | { readonly kind: 'duplicateName'; readonly first: string }
  | { readonly kind: 'plainHttp' }
  | { readonly kind: 'plainMail' }
  | { readonly kind: 'userAndPassword' }
  | { readonly kind: 'fileEmpty' }
  | { readonly kind: 'fileMissing' }
  | { readonly kind: 'fileUnreadable'; readonly detail: string }
  | { readonly kind: 'fileTooLarge'; readonly bytes: number; readonly limit: number }
  | { readonly kind: 'modeTooWide'; readonly mode: string }
  | { readonly kind: 'otherAgent'; readonly found: string; readonly expected: string }
  | { readonly kind: 'folderUnusable'; readonly detail: string };

export const valueTextMax = 60;

/** A value as it stands in a message, without what stands before the @ of an address. */
export function valueText(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  const text = (JSON.stringify(value) ?? String(value)).replace(/\/\/[^/@\s"]*@/g, '//***@');
  return text.length > valueTextMax ? `${text.slice(0, valueTextMax)}…` : text;
}

export type PathPart = string | number;

/** `['devices', 3, 'unit']` as `devices[3].unit`. */
export const pathText = (path: readonly PathPart[]): string =>
  path.reduce<string>(
    (text, part) => (typeof part === 'number' ? `${text}[${part}]` : text === '' ? part : `${text}.${part}`),
    '',
  );
