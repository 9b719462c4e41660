import { randomUUID } from 'node:crypto';
import { ok } from '@cardwatch/kernel';
import { handleAlarm, handleAlarms } from '../../services/alarm/handle.ts';
import { pressLink } from '../../services/alarm/link.ts';
import { alarmFacets, countAlarms, listAlarms, toldOfAlarms } from '../../services/alarm/list.ts';
import { showAlarm, wouldTell } from '../../services/alarm/show.ts';
import { watched } from '../../services/watch-desk.ts';
import { addImportantEvent, addMaintenanceWindow, addSilence, endWindow } from '../../services/window/change.ts';
import { listWindows } from '../../services/window/list.ts';
import { plain } from '../plain.ts';
import type { Handlers } from '../types.ts';

export const alarmRoutes: Pick<
  Handlers,
  | 'alarms'
  | 'countAlarms'
  | 'alarmFacets'
  | 'toldOfAlarms'
  | 'handleAlarms'
  | 'alarm'
  | 'handleAlarm'
  | 'wouldTell'
  | 'acknowledgeByLink'
> = {
  alarms: (services, caller, { query }) => plain(watched(services, (w) => listAlarms(w, caller, query))),
  countAlarms: (services, caller, { query }) => plain(watched(services, (w) => countAlarms(w, caller, query))),
  alarmFacets: (services, caller, { query }) => plain(watched(services, (w) => alarmFacets(w, caller, query))),
  toldOfAlarms: (services, caller, { query }) => plain(watched(services, (w) => toldOfAlarms(w, caller, query.ids))),
  handleAlarms: (services, caller, { body }) => plain(watched(services, (w) => handleAlarms(w, caller, body))),
  alarm: (services, caller, { params }) => plain(watched(services, (w) => showAlarm(w, caller, params.alarmId))),
  handleAlarm: (services, caller, { params, body }) =>
    plain(watched(services, (w) => handleAlarm(w, caller, { ...params, ...body }))),
  wouldTell: (services, caller, { params }) => plain(watched(services, (w) => wouldTell(w, caller, params.alarmId))),
  acknowledgeByLink: (services, caller, { body }) =>
    plain(
      watched(services, async (w) => {
        const pressed = await pressLink(w, caller, { ...body, idempotencyKey: randomUUID() });
        return pressed.ok ? ok({ alarmIds: [pressed.value.alarmId] }) : pressed;
      }),
    ),
};

export const windowRoutes: Pick<
  Handlers,
  | 'windows'
  | 'addSilence'
  | 'endSilence'
  | 'addMaintenanceWindow'
  | 'endMaintenanceWindow'
  | 'addImportantEvent'
  | 'endImportantEvent'
> = {
  windows: (services, _caller, { query }) => plain(watched(services, (w) => listWindows(w, query))),
  addSilence: (services, caller, { body }) => plain(watched(services, (w) => addSilence(w, caller, body))),
  endSilence: (services, caller, { params, body }) =>
    plain(watched(services, (w) => endWindow(w, caller, { what: 'silence', id: params.silenceId, ...body }))),
  addMaintenanceWindow: (services, caller, { body }) => plain(watched(services, (w) => addMaintenanceWindow(w, caller, body))),
  endMaintenanceWindow: (services, caller, { params, body }) =>
    plain(watched(services, (w) => endWindow(w, caller, { what: 'window', id: params.windowId, ...body }))),
  addImportantEvent: (services, caller, { body }) => plain(watched(services, (w) => addImportantEvent(w, caller, body))),
  endImportantEvent: (services, caller, { params, body }) =>
    plain(watched(services, (w) => endWindow(w, caller, { what: 'importantEvent', id: params.eventId, ...body }))),
};
