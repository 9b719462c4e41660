import type { WatchDesk, WatchReads } from '../services/watch-desk.ts';
import type { WatchQuestions } from '../store/desk/roles.ts';
import type { WatchThread } from './thread.ts';

/** The watch for the services: questions go where all questions are answered, acts to the watch itself. */
export function watchDeskOver(
  { readWatch }: WatchQuestions,
  { act, replay, standings, wouldTell, policyView, pulse }: WatchThread,
): WatchDesk {
  const reads: WatchReads = {
    alarms: (ask) => readWatch('alarms', [ask]),
    countAlarms: (ask) => readWatch('countAlarms', [ask]),
    alarmFacets: (ask) => readWatch('alarmFacets', [ask]),
    toldOfAlarms: (alarmIds) => readWatch('toldOfAlarms', [alarmIds]),
    alarm: (alarmId) => readWatch('alarm', [alarmId]),
    alarmsById: (alarmIds) => readWatch('alarmsById', [alarmIds]),
    history: (subjectId) => readWatch('history', [subjectId]),
    notices: (ask) => readWatch('notices', [ask]),
    incidents: (ask) => readWatch('incidents', [ask]),
    states: (ask) => readWatch('states', [ask]),
    incident: (incidentId) => readWatch('incident', [incidentId]),
    suggestions: (ask) => readWatch('suggestions', [ask]),
    suggestion: (suggestionId) => readWatch('suggestion', [suggestionId]),
    ruleVersions: (rule) => readWatch('ruleVersions', [rule]),
    settings: () => readWatch('settings', []),
    settingVersions: (name) => readWatch('settingVersions', [name]),
    settingValue: (name, n) => readWatch('settingValue', [name, n]),
    machines: (kind, keys) => readWatch('machines', [kind, keys]),
    registerImports: (ask) => readWatch('registerImports', [ask]),
    registerImport: (importId) => readWatch('registerImport', [importId]),
    actDone: (key) => readWatch('actDone', [key]),
  };
  return { ...reads, act, replay, standings, wouldTell, policyView, pulse };
}
