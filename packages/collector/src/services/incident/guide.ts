import type { IncidentGuideDto, WatchListDto } from '@cardwatch/contracts/api';
import type { Incident } from '@cardwatch/contracts/watch';
import { epochMs, ok, type Result } from '@cardwatch/kernel';
import { overdue } from '../../core/incident/actions.core.ts';
import { levelConditions } from '../../core/incident/assess.core.ts';
import { fishboneSvg } from '../../core/incident/fishbone.core.ts';
import { similarTo } from '../../core/incident/similar.core.ts';
import { tasksOf } from '../../core/incident/tasks.core.ts';
import { watchList } from '../../core/incident/watch-list.core.ts';
import { levelOf } from '../../core/incident/workflow.step.ts';
import { clocksOf } from '../../core/sla/clocks.core.ts';
import { termsOf } from '../../core/sla/terms.core.ts';
import type { HistoryRow } from '../../store/watch/roles.ts';
import { boneWords } from './fishbone-words.ts';
import type { Caller } from '../caller.ts';
import type { ServiceFailure } from '../failure.ts';
import type { Watched } from '../watch-desk.ts';
import { findIncident, listIncidents } from './list.ts';

/** Incidents that likeness and the watch list are looked for in, newest first. */
export const pastIncidentsMax = 500;

export async function guideIncident(
  services: Watched,
  caller: Caller,
  { incidentId, language }: { readonly incidentId: string; readonly language: 'zh' | 'en' },
): Promise<Result<IncidentGuideDto, ServiceFailure>> {
  const found = await findIncident(services, caller, incidentId);
  if (!found.ok) return found;
  const incident = found.value;
  const past = await latestOf(services, caller);
  if (!past.ok) return past;
  const now = epochMs(services.clock.now());
  const readings = clocksOf(incident, termsOf(incident, await services.watch.settings()), now);
  const { rootCause, title } = incident;
  return ok({
    level: levelOf(incident),
    tasks: [...tasksOf(incident, readings, now)],
    conditions: levelConditions[levelOf(incident)],
    endBlocks: blocksOf(incident, await services.watch.history(incidentId)),
    similar: similarTo(incident, past.value).map(({ sharedClasses, sharedRules, ...one }) => ({
      ...one,
      sharedClasses: [...sharedClasses],
      sharedRules: [...sharedRules],
    })),
    overdueActions: overdue(incident.actions, now).map(({ actionId }) => actionId),
    fishbone: rootCause === null ? null : fishboneSvg(title, rootCause, boneWords[language]),
  });
}

export async function listWatched(services: Watched, caller: Caller): Promise<Result<WatchListDto, ServiceFailure>> {
  const past = await latestOf(services, caller);
  if (!past.ok) return past;
  const items = watchList(past.value, epochMs(services.clock.now()));
  return ok({ items: items.map(({ devices, rules, ...one }) => ({ ...one, devices: [...devices], rules: [...rules] })) });
}

async function latestOf(services: Watched, caller: Caller): Promise<Result<readonly Incident[], ServiceFailure>> {
  const page = await listIncidents(services, caller, { limit: pastIncidentsMax });
  return page.ok ? ok(page.value.items) : page;
}

/** As the watch last told it: it tells when the conditions begin to hold and when they hold no more. */
function blocksOf({ state }: Incident, history: readonly HistoryRow[]): string[] {
  if (state === 'closed' || state === 'merged' || state === 'falseAlarm') return [];
  const last = history.findLast(({ what }) => what === 'mayEnd' || what === 'mayNotEnd' || what === 'reopened');
  if (last?.what === 'mayEnd') return [];
  const detail: unknown = last === undefined ? null : JSON.parse(last.detail);
  const blocks = typeof detail === 'object' && detail !== null && 'blocks' in detail ? detail.blocks : null;
  return Array.isArray(blocks) ? blocks.filter((block) => typeof block === 'string') : ['notLongEnough'];
}
