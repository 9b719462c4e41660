import { unreachable } from '@cardwatch/kernel';
import type { Allowed, AllowedName, RuleCode, SecretFault } from '../config/problem.ts';
import type { SettingsWords } from './settings-words.ts';

const names: Readonly<Record<AllowedName, string>> = {
  secretFile: '数据目录下的文件名，权限 0600，不含 ..，不以 / 或 . 开头',
  targetName: '1 到 32 个小写字母、数字、点、下划线或连字符',
  url: 'https://主机/路径；http:// 仅限 allowHosts 中的主机',
  publicUrl: 'https://主机 或 https://主机/路径',
  host: '主机名或 IP 地址',
  mailAddress: '一个邮件地址，如 name@host',
  printable: '可打印的 ASCII 字符，最多 500 个',
  jsonPath: '以点分隔的名称，如 data.0.code',
};

const rules: Readonly<Record<RuleCode, (values: Readonly<Record<string, string>>) => string>> = {
  urlOrFile: () => 'url 与 urlFile 只给其一',
  tlsNeeded: () => 'none 仅限 127.0.0.1、::1 和 localhost；允许：starttls, tls',
  userAndPassword: () => 'user 与 password 要一起给',
  tooManyTargets: () => '条目过多；允许：最多 64 个',
  unknownField: ({ field = '', known = '' }) => `没有字段 ${field}；允许：${known}`,
  missingField: ({ field = '' }) => `模板必须包含 ${field}`,
  unusedSecret: ({ field = '' }) => `模板中没有用到 ${field}`,
  badJson: () => '填入字段后不是 JSON；请将 bodyType 设为 form 或 text，或改正',
  badPattern: () => '不是正则表达式',
  noCondition: () => '请说明成功的条件：codePath 与 codes，或 pattern',
  bodyWithGet: () => 'GET 没有请求体，请把字段放入 url',
  textInHeader: () => '{text} 不能放在请求头中',
};

const faults: Readonly<Record<SecretFault, (detail: string) => string>> = {
  missing: () => '数据目录下没有这个文件',
  unreadable: (detail) => `文件无法读取：${detail}`,
  outside: () => '文件不在数据目录内',
  tooWide: (detail) => `文件权限为 ${detail}；允许：0600，请执行 chmod 600`,
  tooLarge: (detail) => `文件有 ${detail} 字节，过大`,
  empty: () => '文件为空',
};

function allowed(what: Allowed): string {
  switch (what.kind) {
    case 'integer':
      return `整数，${what.min ?? '-'} 到 ${what.max ?? '-'}`;
    case 'oneOf':
      return what.values.join(', ');
    case 'named':
      return names[what.name];
    case 'text':
      return what.max === undefined ? '文本' : `文本，最多 ${what.max} 个字符`;
    case 'list':
      return what.max === undefined ? '列表' : `列表，最多 ${what.max} 项`;
    case 'block':
      return what.keys.length === 0 ? '由名称组成的块，各带其配置' : `包含以下各项的块：${what.keys.join(', ')}`;
    case 'anything':
      return '见示例文件';
    default:
      return unreachable(what);
  }
}

export const settingsZh: SettingsWords = {
  colon: '：',
  allowed,
  notYaml: (detail) => `不是合法的 YAML：${detail}`,
  missing: (what) => `缺少此项；允许：${allowed(what)}`,
  notAllowed: (value, what) => `不允许${value === undefined ? '此值' : ` ${value}`}；允许：${allowed(what)}`,
  unknownKey: (known) => `没有这个配置项；允许：${known.length === 0 ? '-' : known.join(', ')}`,
  badKey: (what) => `不允许此名称；允许：${allowed(what)}`,
  rule: (rule, values) => rules[rule](values),
  file: (fault, detail) => faults[fault](detail),
};
