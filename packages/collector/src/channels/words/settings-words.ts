/** Messages about `watch.yaml`, in Chinese and in English. */
import { unreachable } from '@cardwatch/kernel';
import type { Allowed, RuleCode, SecretFault, SettingsProblem, What } from '../config/problem.ts';
import { settingsEn } from './settings-en.ts';
import { settingsZh } from './settings-zh.ts';

export interface SettingsWords {
  readonly colon: string;
  readonly allowed: (allowed: Allowed) => string;
  readonly notYaml: (detail: string) => string;
  readonly missing: (allowed: Allowed) => string;
  readonly notAllowed: (value: string | undefined, allowed: Allowed) => string;
  readonly unknownKey: (known: readonly string[]) => string;
  readonly badKey: (allowed: Allowed) => string;
  readonly rule: (rule: RuleCode, values: Readonly<Record<string, string>>) => string;
  readonly file: (fault: SecretFault, detail: string) => string;
}

/** `watch.yaml:12:5 channels.mail.port: 0 is not allowed; allowed: a whole number from 1 to 65535` */
export function settingsProblemText({ file, line, column, path, value, what }: SettingsProblem, language: 'zh' | 'en'): string {
  const words = language === 'zh' ? settingsZh : settingsEn;
  const at = line === undefined ? file : `${file}:${line}:${column ?? 1}`;
  return `${at}${path === '' ? '' : ` ${path}`}${words.colon}${whatText(what, value, words)}`;
}

function whatText(what: What, value: string | undefined, words: SettingsWords): string {
  switch (what.kind) {
    case 'notYaml':
      return words.notYaml(what.detail);
    case 'missing':
      return words.missing(what.allowed);
    case 'notAllowed':
      return words.notAllowed(value, what.allowed);
    case 'unknownKey':
      return words.unknownKey(what.known);
    case 'badKey':
      return words.badKey(what.allowed);
    case 'rule':
      return words.rule(what.rule, what.values);
    case 'file':
      return words.file(what.fault, what.detail);
    default:
      return unreachable(what);
  }
}
