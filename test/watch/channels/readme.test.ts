/** The page about channels says what the code does. `UPDATE_TABLES=1` writes the table anew. */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { judge, readYaml } from '../../../packages/collector/src/channels/config/document.ts';
import { settingsTable } from '../../../packages/collector/src/channels/config/table.ts';
import { WatchSettings } from '../../../packages/collector/src/channels/settings.ts';

const page = fileURLToPath(new URL('../../../packages/collector/src/channels/README.md', import.meta.url));
const around = /(<!-- settings -->\n)([\s\S]*?)(<!-- \/settings -->)/;

describe('the page about channels', () => {
  test('has the table of all settings', () => {
    const text = readFileSync(page, 'utf8');
    const table = `\n${settingsTable()}\n\n`;
    if (process.env['UPDATE_TABLES'] === '1')
      writeFileSync(
        page,
        text.replace(around, (_all, before: string, _old, after: string) => `${before}${table}${after}`),
      );
    expect(around.exec(readFileSync(page, 'utf8'))?.[2]).toBe(table);
    expect(table.split('\n').length).toBeGreaterThan(40);
  });

  test('says of every setting what it is', () => {
    const rows = settingsTable().split('\n').slice(2);
    expect(rows.filter((row) => !/^\| `[^`]+` \| [^|]*\p{Script=Han}[^|]*[a-z][^|]* \| [^|]+ \|/u.test(row))).toEqual([]);
  });

  test('has a sample that is taken as it stands', () => {
    const sample = /```yaml\n([\s\S]*?)```/.exec(readFileSync(page, 'utf8'))?.[1] ?? '';
    const yaml = readYaml('watch.yaml', sample);
    if (!yaml.ok) throw new Error(JSON.stringify(yaml.error));
    const judged = judge(yaml.value, WatchSettings);
    expect(judged.ok).toBe(true);
    if (judged.ok)
      expect(Object.keys(judged.value.channels).sort()).toEqual([
        'console',
        'dingtalk',
        'feishu',
        'mail',
        'sms',
        'webhook',
        'wecom',
      ]);
  });
});
