import type { Alarm, Incident, TopologySuggestion } from '@cardwatch/contracts/watch';
import type { WatchReader, WatchStore } from '../../watch/roles.ts';
import { ReadConnection } from '../read/connection.ts';
import { openWatchFile, tidy } from './file.ts';
import { alarmFacets, toldOfAlarms } from './alarm-figures.ts';
import {
  countAlarms,
  findRegisterImport,
  listAlarms,
  listIncidents,
  listNotices,
  listRegisterImports,
  listSuggestions,
} from './lists.ts';
import { findAct, findAlarms, findMachines, findRow, loadSnapshot, readHistory, readStates, sweepOld } from './rows.ts';
import { readSettings, ruleVersions, saveRule, saveSetting, settingValue, settingVersions } from './settings.ts';
import { WatchWriter } from './write.ts';

/**
 * The watch's store over one SQLite file, made when it is not there. One writer: the thread that opened it with `openSqliteWatch`; others read through
 * `openSqliteWatchReader`. `mono`: milliseconds that never step back.
 */
export function openSqliteWatch(file: string, mono: () => number = () => performance.now()): WatchStore {
  const db = openWatchFile(file);
  const writer = new WatchWriter(db);
  const reader = openSqliteWatchReader(file, mono);
  return {
    ...reader,
    commit: async (change) => writer.commit(change),
    saveRule: async (version) => saveRule(db, version),
    saveSetting: async (name, value, by) => saveSetting(db, { name, value, ...by }),
    sweep: async (now) => sweepOld(db, now),
    tidy: async () => tidy(db),
    close: async () => {
      await reader.close();
      if (db.isOpen) db.close();
    },
  };
}

/** What the API asks, over a file that the watch has made; safe beside the writer, from any thread. */
export function openSqliteWatchReader(file: string, mono: () => number = () => performance.now()): WatchReader {
  const connection = new ReadConnection(file, mono);
  return {
    load: async () => loadSnapshot(connection),
    ruleVersions: async (rule) => ruleVersions(connection, rule),
    alarms: async (ask) => listAlarms(connection, ask),
    countAlarms: async (ask) => countAlarms(connection, ask),
    alarmFacets: async (ask) => alarmFacets(connection, ask),
    toldOfAlarms: async (alarmIds) => toldOfAlarms(connection, alarmIds),
    alarm: async (alarmId) => findRow<Alarm>(connection, 'alarm', alarmId),
    alarmsById: async (alarmIds) => findAlarms<Alarm>(connection, alarmIds),
    history: async (subjectId) => readHistory(connection, subjectId),
    notices: async (ask) => listNotices(connection, ask),
    incidents: async (ask) => listIncidents(connection, ask),
    incident: async (incidentId) => findRow<Incident>(connection, 'incident', incidentId),
    suggestions: async (ask) => listSuggestions(connection, ask),
    suggestion: async (suggestionId) => findRow<TopologySuggestion>(connection, 'suggestion', suggestionId),
    states: async (ask) => readStates(connection, ask),
    settings: async () => readSettings(connection),
    settingVersions: async (name) => settingVersions(connection, name),
    settingValue: async (name, n) => settingValue(connection, name, n),
    machines: async (kind, keys) => findMachines(connection, kind, keys),
    registerImports: async (ask) => listRegisterImports(connection, ask),
    registerImport: async (importId) => findRegisterImport(connection, importId),
    actDone: async (key) => findAct(connection, key),
    close: async () => connection.close(),
  };
}
