/** Rules and settings: versions with author and reason, of which the latest holds. */
import type { DatabaseSync } from 'node:sqlite';
import type { RuleVersion } from '@cardwatch/contracts/watch';
import { noSettings, type SettingName, type Settings, type SettingVersion, watchLimits } from '../../watch/roles.ts';
import { transaction } from '../people/file.ts';
import type { ReadConnection } from '../read/connection.ts';
import { int, json, text, word } from '../read/row.ts';

export function saveRule(db: DatabaseSync, version: Omit<RuleVersion, 'version'>): RuleVersion {
  return transaction(db, () => {
    const last = db.prepare('SELECT max(version) AS version FROM rule_version WHERE rule = ?').get(version.rule)?.['version'];
    const saved: RuleVersion = { ...version, version: (typeof last === 'number' ? last : 0) + 1 };
    const row = JSON.stringify(saved);
    db.prepare('INSERT INTO rule_version (rule, version, row) VALUES (?, ?, ?)').run(saved.rule, saved.version, row);
    return saved;
  });
}

/** Newest first. */
export const ruleVersions = (connection: ReadConnection, rule: string): RuleVersion[] =>
  connection
    .all('SELECT row FROM rule_version WHERE rule = ? ORDER BY version DESC LIMIT ?', rule, watchLimits.versionRows)
    .map((row) => json(row['row']));

export const latestRules = (connection: ReadConnection): RuleVersion[] =>
  connection
    .all('SELECT row FROM rule_version WHERE (rule, version) IN (SELECT rule, max(version) FROM rule_version GROUP BY rule)')
    .map((row) => json(row['row']));

export interface SettingWrite {
  readonly name: SettingName;
  readonly value: unknown;
  readonly author: string;
  readonly reason: string;
  readonly at: number;
}

export function saveSetting(db: DatabaseSync, { name, value, author, reason, at }: SettingWrite): void {
  const sql = 'INSERT INTO setting (name, value, author, reason, at) VALUES (?, ?, ?, ?, ?)';
  transaction(db, () => db.prepare(sql).run(name, JSON.stringify(value), author, reason, at));
}

export function readSettings(connection: ReadConnection): Settings {
  const rows = connection.all('SELECT name, value FROM setting WHERE n IN (SELECT max(n) FROM setting GROUP BY name)');
  const kept = Object.fromEntries(rows.map((row) => [text(row['name']), json<unknown>(row['value'])])) as Partial<Settings>;
  return { ...noSettings, ...kept };
}

/** undefined: no such version of this setting. */
export function settingValue(connection: ReadConnection, name: SettingName, n: number): unknown {
  const row = connection.get('SELECT value FROM setting WHERE n = ? AND name = ?', n, name);
  return row === undefined ? undefined : json<unknown>(row['value']);
}

export const settingVersions = (connection: ReadConnection, name: SettingName): SettingVersion[] =>
  connection
    .all('SELECT n, author, reason, at FROM setting WHERE name = ? ORDER BY n DESC LIMIT ?', name, watchLimits.versionRows)
    .map((row) => ({ n: int(row['n']), author: word(row['author']), reason: text(row['reason']), at: int(row['at']) }));
