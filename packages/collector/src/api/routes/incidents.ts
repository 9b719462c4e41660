import type { Caller } from '../../services/caller.ts';
import { changeIncident, openIncident, splitIncident } from '../../services/incident/change.ts';
import { downloadEvidence } from '../../services/incident/evidence.ts';
import { guideIncident, listWatched } from '../../services/incident/guide.ts';
import { listIncidents, showIncident } from '../../services/incident/list.ts';
import type { Services } from '../../services/services.ts';
import { showAvailability } from '../../services/sla/availability.ts';
import { showSla } from '../../services/sla/show.ts';
import { watched } from '../../services/watch-desk.ts';
import { asFile, plain } from '../plain.ts';
import type { Handlers } from '../types.ts';

type IncidentAct = Parameters<typeof changeIncident>[2];
type Changed = ReturnType<Handlers['moveIncident']>;

const change = (services: Services, caller: Caller, act: IncidentAct, idempotencyKey: string): Changed =>
  plain(watched(services, (w) => changeIncident(w, caller, act, idempotencyKey)));

export const incidentRoutes: Pick<
  Handlers,
  | 'incidents'
  | 'incident'
  | 'openIncident'
  | 'moveIncident'
  | 'assignIncident'
  | 'assessIncident'
  | 'recordIncident'
  | 'rootCauseIncident'
  | 'actionIncident'
  | 'mergeIncident'
  | 'markIncident'
  | 'evidencePack'
  | 'packIncident'
  | 'setIncidentLevel'
  | 'splitIncident'
  | 'incidentGuide'
  | 'watchList'
  | 'sla'
  | 'availability'
> = {
  incidents: (services, caller, { query }) => plain(watched(services, (w) => listIncidents(w, caller, query))),
  incident: (services, caller, { params }) => plain(watched(services, (w) => showIncident(w, caller, params.incidentId))),
  openIncident: (services, caller, { body }) => plain(watched(services, (w) => openIncident(w, caller, body))),
  moveIncident: (services, caller, { params, body: { idempotencyKey, ...asked } }) =>
    change(services, caller, { kind: 'moveIncident', ...params, ...asked }, idempotencyKey),
  assignIncident: (services, caller, { params, body: { idempotencyKey, ...asked } }) =>
    change(services, caller, { kind: 'assignIncident', ...params, ...asked }, idempotencyKey),
  assessIncident: (services, caller, { params, body: { idempotencyKey, ...asked } }) =>
    change(services, caller, { kind: 'assessIncident', ...params, ...asked }, idempotencyKey),
  recordIncident: (services, caller, { params, body: { idempotencyKey, ...asked } }) =>
    change(services, caller, { kind: 'recordIncident', ...params, ...asked }, idempotencyKey),
  rootCauseIncident: (services, caller, { params, body: { idempotencyKey, ...asked } }) =>
    change(services, caller, { kind: 'rootCauseIncident', ...params, ...asked }, idempotencyKey),
  mergeIncident: (services, caller, { params, body: { idempotencyKey, ...asked } }) =>
    change(services, caller, { kind: 'mergeIncident', ...params, ...asked }, idempotencyKey),
  markIncident: (services, caller, { params, body: { idempotencyKey, ...asked } }) =>
    change(services, caller, { kind: 'markIncident', ...params, ...asked }, idempotencyKey),
  evidencePack: (services, caller, { params }) => asFile(watched(services, (w) => downloadEvidence(w, caller, params))),
  packIncident: (services, caller, { params, body: { idempotencyKey, ...asked } }) =>
    change(services, caller, { kind: 'packIncident', ...params, ...asked }, idempotencyKey),
  setIncidentLevel: (services, caller, { params, body: { idempotencyKey, ...asked } }) =>
    change(services, caller, { kind: 'setIncidentLevel', ...params, ...asked }, idempotencyKey),
  splitIncident: (services, caller, { params, body }) =>
    plain(watched(services, (w) => splitIncident(w, caller, { ...params, ...body }))),
  incidentGuide: (services, caller, { params, query }) =>
    plain(watched(services, (w) => guideIncident(w, caller, { ...params, ...query }))),
  watchList: (services, caller) => plain(watched(services, (w) => listWatched(w, caller))),
  sla: (services, _caller, { query }) => plain(watched(services, (w) => showSla(w, query))),
  availability: (services, caller, { query }) => plain(watched(services, (w) => showAvailability(w, caller, query))),
  actionIncident: (services, caller, { params, body: { idempotencyKey, actionId, ...asked } }) => {
    const action = { ...asked, actionId: actionId ?? idempotencyKey };
    return change(services, caller, { kind: 'actionIncident', ...params, action }, idempotencyKey);
  },
};
