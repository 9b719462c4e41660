/** Messages about a configuration, in Chinese and in English. */
import { unreachable } from '@cardwatch/kernel';
import { type Allowed, ipPattern } from './allowed.core.ts';
import type { ConfigProblem, What } from './problem.ts';

export type Lang = 'zh' | 'en';

/** `LANG` and the like decide when nothing was asked for: Chinese first when it starts with zh. */
export const langOf = (asked: string | undefined, environment: string | undefined): Lang =>
  (asked ?? environment ?? '').toLowerCase().startsWith('zh') ? 'zh' : 'en';

/** `agent.yaml:12:5 devices[3].unit: 300 is not allowed; allowed: a whole number from 1 to 247` */
export function problemText(problem: ConfigProblem, lang: Lang): string {
  const { file, line, column, path } = problem;
  const at = line === undefined ? file : `${file}:${line}:${column ?? 1}`;
  const text = lang === 'zh' ? zh(problem.what, problem.value ?? '') : en(problem.what, problem.value ?? '');
  return `${at}${path === '' ? '' : ` ${path}`}${lang === 'zh' ? '：' : ': '}${text}`;
}

const list = (values: readonly string[]): string => (values.length === 0 ? '-' : values.join(', '));

const addressWord = (key: string): string => (key === 'unit' ? 'a unit number' : `${/^[aeio]/.test(key) ? 'an' : 'a'} ${key}`);

function en(what: What, value: string): string {
  switch (what.kind) {
    case 'notYaml':
      return `not valid YAML: ${what.detail}`;
    case 'missing':
      return `is missing; allowed: ${allowedText(what.allowed, 'en')}`;
    case 'notAllowed':
      return `${value} is not allowed; allowed: ${allowedText(what.allowed, 'en')}`;
    case 'unknownKey':
      return `there is no such setting; allowed: ${list(what.known)}`;
    case 'duplicateId':
      return `${value} is used twice, first by ${what.first}; allowed: an id that no other device has`;
    case 'duplicateLink':
      return `${value} is used twice, first by ${what.first}; allowed: a name that no other link has`;
    case 'duplicateAddress':
      return `${value} is taken on this line by ${what.first}; allowed: ${addressWord(what.key)} that is free there`;
    case 'unknownParent':
      return `there is no device ${value}; allowed: the id of a device of this file`;
    case 'parentCycle':
      return `${value} makes a circle: ${what.way}; allowed: a device that is not reached through this one`;
    case 'connectionRefused':
      return `${value} does not fit the rest of the connection: ${what.detail}`;
    case 'credentialsNeeded':
      return `is missing; allowed: a file of mode 0600 with ${list(what.keys)}`;
    case 'unknownLink':
      return `there is no link ${value}; allowed: ${list(what.known)}`;
    case 'unknownProfile':
      return `there is no profile ${value}; allowed: ${list(what.known)}`;
    case 'badProfile':
      return `the profile ${value} cannot be used: ${what.detail}`;
    case 'linkKind':
      return `${value} is not a link for ${what.protocol}; allowed: a link of kind ${list(what.allowed)}`;
    case 'wrongPlace':
      return `${value} is no place for a face recognition device (rule ${what.rule}); allowed: an area where nobody undresses`;
    case 'caWithoutTls':
      return `${value} needs a url that begins with mqtts://`;
    case 'duplicateName':
      return `${value} is used twice, first by ${what.first}; allowed: a name that no other channel has`;
    case 'plainHttp':
      return `${value} would send in the open; allowed: https://, or http:// to a private address such as 10.20.0.5`;
    case 'plainMail':
      return `${value} would send in the open; allowed: starttls or tls, or none to 127.0.0.1, ::1 or localhost`;
    case 'userAndPassword':
      return 'user and password belong together; allowed: both or neither';
    case 'fileEmpty':
      return `${value} is empty; allowed: a file with the secret on one line`;
    case 'fileMissing':
      return `there is no file ${value}`;
    case 'fileUnreadable':
      return `${value} cannot be read: ${what.detail}`;
    case 'fileTooLarge':
      return `${value} has ${what.bytes} bytes; allowed: at most ${what.limit}`;
    case 'modeTooWide':
      return `${value} has mode ${what.mode}; allowed: 0600, so run chmod 600 on it`;
    case 'otherAgent':
      return `${value} is for ${what.found}; allowed: the secrets of ${what.expected}`;
    case 'folderUnusable':
      return `${value} cannot be used: ${what.detail}; allowed: a folder that this user may read and write`;
    default:
      return unreachable(what);
  }
}

function zh(what: What, value: string): string {
  switch (what.kind) {
    case 'notYaml':
      return `不是合法的 YAML：${what.detail}`;
    case 'missing':
      return `缺少此项；允许：${allowedText(what.allowed, 'zh')}`;
    case 'notAllowed':
      return `不允许 ${value}；允许：${allowedText(what.allowed, 'zh')}`;
    case 'unknownKey':
      return `没有这个配置项；允许：${list(what.known)}`;
    case 'duplicateId':
      return `${value} 重复，已用于 ${what.first}；允许：其他设备未用的编号`;
    case 'duplicateLink':
      return `${value} 重复，已用于 ${what.first}；允许：其他线路未用的名称`;
    case 'duplicateAddress':
      return `${value} 在这条线路上已被 ${what.first} 占用；允许：线路上空闲的地址`;
    case 'unknownParent':
      return `没有设备 ${value}；允许：本文件中设备的编号`;
    case 'parentCycle':
      return `${value} 构成环路：${what.way}；允许：不经由本设备到达的设备`;
    case 'connectionRefused':
      return `${value} 与连接的其余部分不符：${what.detail}`;
    case 'credentialsNeeded':
      return `缺少此项；允许：权限 0600、含 ${list(what.keys)} 的文件`;
    case 'unknownLink':
      return `没有线路 ${value}；允许：${list(what.known)}`;
    case 'unknownProfile':
      return `没有型号档案 ${value}；允许：${list(what.known)}`;
    case 'badProfile':
      return `型号档案 ${value} 不可用：${what.detail}`;
    case 'linkKind':
      return `${value} 不能承载 ${what.protocol}；允许的线路类型：${list(what.allowed)}`;
    case 'wrongPlace':
      return `${value} 不得安装人脸识别设备（规则 ${what.rule}）；允许：非更衣、洗浴的区域`;
    case 'caWithoutTls':
      return `${value} 只能与 mqtts:// 地址一起使用`;
    case 'duplicateName':
      return `${value} 重复，已用于 ${what.first}；允许：其他通道未用的名称`;
    case 'plainHttp':
      return `${value} 会明文传送；允许：https://，或 http:// 加内网地址，如 10.20.0.5`;
    case 'plainMail':
      return `${value} 会明文传送；允许：starttls 或 tls，none 仅限 127.0.0.1、::1 和 localhost`;
    case 'userAndPassword':
      return 'user 与 password 要一起给；允许：两者都有或都没有';
    case 'fileEmpty':
      return `${value} 为空；允许：一行写有密钥的文件`;
    case 'fileMissing':
      return `没有文件 ${value}`;
    case 'fileUnreadable':
      return `${value} 无法读取：${what.detail}`;
    case 'fileTooLarge':
      return `${value} 有 ${what.bytes} 字节；允许：最多 ${what.limit}`;
    case 'modeTooWide':
      return `${value} 的权限为 ${what.mode}；允许：0600，请执行 chmod 600`;
    case 'otherAgent':
      return `${value} 属于 ${what.found}；允许：${what.expected} 的密钥`;
    case 'folderUnusable':
      return `${value} 不可用：${what.detail}；允许：本用户可读写的目录`;
    default:
      return unreachable(what);
  }
}

/** Patterns of the schemas in words. */
const patterns: Readonly<Record<string, Readonly<Record<Lang, string>>>> = {
  '^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$': {
    en: '1 to 63 lower-case letters, digits and hyphens',
    zh: '1 到 63 个小写字母、数字或连字符',
  },
  '^[a-z0-9-]+\\/[a-z0-9-]+\\/[a-z0-9-]+$': { en: 'protocol/vendor/model', zh: '协议/厂商/型号' },
  '^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$': {
    en: '1 to 63 letters, digits, dots, underscores and hyphens',
    zh: '1 到 63 个字母、数字、点、下划线或连字符',
  },
  '^mqtts?:\\/\\/[A-Za-z0-9.-]+(?::\\d{1,5})?$': {
    en: 'mqtt://host:port or mqtts://host:port',
    zh: 'mqtt://主机:端口 或 mqtts://主机:端口',
  },
  '^https?:\\/\\/[A-Za-z0-9.[\\]:-]+(?:[/?][\\x21\\x22\\x24-\\x7e]*)?$': {
    en: 'https://host/path, or http:// with a private address',
    zh: 'https://主机/路径，或 http:// 加内网地址',
  },
  "^[A-Za-z0-9!#$%&'*+/=?^_{|}~.-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?$": {
    en: 'a mail address, name@host',
    zh: '邮件地址，如 name@host',
  },
  '^[0-9a-f]{64}$': { en: '64 hex digits', zh: '64 位十六进制数' },
  '^[A-Za-z0-9_-]{43}$': { en: '43 characters of base64url', zh: '43 个 base64url 字符' },
  [ipPattern]: { en: 'an IP address', zh: 'IP 地址' },
  '^[A-Za-z0-9.:-]+$': { en: 'a host name or an IP address', zh: '主机名或 IP 地址' },
  '^([0-9a-fA-F]{16}|[0-9a-fA-F]{32})$': { en: '16 or 32 hex digits, in quotes', zh: '16 或 32 位十六进制数' },
  '^[\\x20-\\x7e]{1,8}$': { en: '1 to 8 printable characters, digits in quotes', zh: '1 到 8 个可打印字符' },
  '^[\\x20-\\x7e]{1,15}$': { en: '1 to 15 printable characters, digits in quotes', zh: '1 到 15 个可打印字符' },
  '^[\\x20-\\x7e]+$': { en: 'printable characters', zh: '可打印字符' },
  '^[\\x21\\x23-\\x25\\x28-\\x3b\\x3d\\x3f-\\x7e]+$': {
    en: 'printable characters without spaces, quotes, & < >',
    zh: '可打印字符，不含空格、引号、& < >',
  },
  '^\\/[A-Za-z0-9/_.-]*$': { en: 'a path that begins with /', zh: '以 / 开头的路径' },
  '^\\/[A-Za-z0-9/_.-]{0,120}$': { en: 'a path that begins with /', zh: '以 / 开头的路径' },
  '^[A-Za-z0-9_-]{4,32}$': { en: '4 to 32 letters, digits, underscores and hyphens', zh: '4 到 32 个字母、数字、下划线或连字符' },
  '^[a-z0-9]{1,16}$': { en: '1 to 16 lower-case letters and digits', zh: '1 到 16 个小写字母或数字' },
};

export function allowedText(allowed: Allowed, lang: Lang): string {
  const en = lang === 'en';
  switch (allowed.kind) {
    case 'integer':
      return `${en ? 'a whole number' : '整数'}${rangeText(allowed, lang)}`;
    case 'number':
      return `${en ? 'a number' : '数值'}${rangeText(allowed, lang)}`;
    case 'oneOf':
      return allowed.values.join(', ');
    case 'text':
      return textText(allowed, lang);
    case 'list':
      return `${en ? 'a list, entries' : '列表，项数'}${rangeText(allowed, lang)}`;
    case 'mapping':
      return `${en ? 'a block with' : '包含以下各项的块：'}${en ? ' ' : ''}${list(allowed.keys)}`;
    case 'boolean':
      return 'true, false';
    case 'anything':
      return en ? 'see the sample' : '见示例文件';
    default:
      return unreachable(allowed);
  }
}

function rangeText({ min, max }: { readonly min: number | undefined; readonly max: number | undefined }, lang: Lang): string {
  if (min !== undefined && max !== undefined && max < Number.MAX_SAFE_INTEGER)
    return lang === 'en' ? ` from ${min} to ${max}` : `，${min} 到 ${max}`;
  if (min === undefined && max !== undefined) return lang === 'en' ? `, at most ${max}` : `，不大于 ${max}`;
  if (min !== undefined && min > Number.MIN_SAFE_INTEGER) return lang === 'en' ? `, at least ${min}` : `，不小于 ${min}`;
  return '';
}

function textText({ min, max, pattern }: Extract<Allowed, { kind: 'text' }>, lang: Lang): string {
  const words = pattern === undefined ? undefined : (patterns[pattern]?.[lang] ?? digitsText(pattern, lang) ?? pattern);
  if (words !== undefined) return words;
  const length =
    max === undefined ? '' : lang === 'en' ? ` of ${min ?? 0} to ${max} characters` : `，${min ?? 0} 到 ${max} 个字符`;
  return `${lang === 'en' ? 'text' : '文本'}${length}`;
}

/** `^\d{14}$` and the like in words. */
function digitsText(pattern: string, lang: Lang): string | undefined {
  const found = /^\^(\\d|\[0-9\]|\[0-9a-f\]|\[0-9A-F\]|\[0-9a-fA-F\]|\[0-9A-Fa-f\])\{(\d+)(?:,(\d+))?\}\$$/.exec(pattern);
  if (found === null) return undefined;
  const [, digit = '', least = '', most] = found;
  const hex = digit.length > 5;
  if (lang === 'zh') return `${most === undefined ? least : `${least} 到 ${most}`} 位${hex ? '十六进制数' : '数字'}`;
  return `${most === undefined ? least : `${least} to ${most}`} ${hex ? 'hex ' : ''}digits, in quotes`;
}
