import { unreachable } from '@cardwatch/kernel';
import type { Allowed, AllowedName, RuleCode, SecretFault } from '../config/problem.ts';
import type { SettingsWords } from './settings-words.ts';

const names: Readonly<Record<AllowedName, string>> = {
  secretFile: 'the name of a file below the data folder, mode 0600, without .. and not beginning with / or .',
  targetName: '1 to 32 lower-case letters, digits, dots, underscores and hyphens',
  url: 'https://host/path; http:// only for a host in allowHosts',
  publicUrl: 'https://host or https://host/path',
  host: 'a host name or an IP address',
  mailAddress: 'one mail address, name@host',
  printable: 'printable ASCII characters, at most 500',
  jsonPath: 'names with dots between, e.g. data.0.code',
};

const rules: Readonly<Record<RuleCode, (values: Readonly<Record<string, string>>) => string>> = {
  urlOrFile: () => 'give either url or urlFile',
  tlsNeeded: () => 'none is allowed for 127.0.0.1, ::1 and localhost only; allowed: starttls, tls',
  userAndPassword: () => 'user and password are given together',
  tooManyTargets: () => 'too many entries; allowed: at most 64',
  unknownField: ({ field = '', known = '' }) => `there is no field ${field}; allowed: ${known}`,
  missingField: ({ field = '' }) => `the template must hold ${field}`,
  unusedSecret: ({ field = '' }) => `no part of the template holds ${field}`,
  badJson: () => 'with its fields filled in this is no JSON; set bodyType to form or text, or mend it',
  badPattern: () => 'not a regular expression',
  noCondition: () => 'say how success is known: codePath with codes, or pattern',
  bodyWithGet: () => 'GET has no body; put the fields into url',
  textInHeader: () => '{text} cannot stand in a header',
};

const faults: Readonly<Record<SecretFault, (detail: string) => string>> = {
  missing: () => 'there is no such file in the data folder',
  unreadable: (detail) => `the file cannot be read: ${detail}`,
  outside: () => 'the file lies outside the data folder',
  tooWide: (detail) => `the file has mode ${detail}; allowed: 0600, so run chmod 600 on it`,
  tooLarge: (detail) => `the file has ${detail} bytes; that is too large`,
  empty: () => 'the file is empty',
};

function allowed(what: Allowed): string {
  switch (what.kind) {
    case 'integer':
      return `a whole number from ${what.min ?? '-'} to ${what.max ?? '-'}`;
    case 'oneOf':
      return what.values.join(', ');
    case 'named':
      return names[what.name];
    case 'text':
      return what.max === undefined ? 'text' : `text of at most ${what.max} characters`;
    case 'list':
      return what.max === undefined ? 'a list' : `a list of at most ${what.max}`;
    case 'block':
      return what.keys.length === 0 ? 'a block of names, each with its own settings' : `a block with ${what.keys.join(', ')}`;
    case 'anything':
      return 'see the sample';
    default:
      return unreachable(what);
  }
}

export const settingsEn: SettingsWords = {
  colon: ': ',
  allowed,
  notYaml: (detail) => `not valid YAML: ${detail}`,
  missing: (what) => `is missing; allowed: ${allowed(what)}`,
  notAllowed: (value, what) => `${value ?? 'this value'} is not allowed; allowed: ${allowed(what)}`,
  unknownKey: (known) => `there is no such setting; allowed: ${known.length === 0 ? '-' : known.join(', ')}`,
  badKey: (what) => `this name is not allowed; allowed: ${allowed(what)}`,
  rule: (rule, values) => rules[rule](values),
  file: (fault, detail) => faults[fault](detail),
};
