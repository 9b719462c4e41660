/** Verbs of incidents beside their workflow: evidence, guidance, split, the watch list. Part of the one table in `endpoints.ts`. */
import { z } from 'zod';
import { DeviceId, Hash256 } from '../ids.ts';
import { AlarmId, Incident, ResponseLevel } from '../watch/index.ts';
import type { Endpoint } from './endpoints.ts';
import * as dto from './incident-dto.ts';
import { fileResponse } from './reply.ts';
import { IncidentDto } from './watch-dto.ts';

const note = z.string().min(1).max(1_000);
const idempotencyKey = z.uuid();
const incidentParams = z.strictObject({ incidentId: z.uuid() });

export const incidentEndpoints = {
  evidencePack: {
    method: 'get',
    path: '/incidents/:incidentId/evidence/:hash',
    summary: 'One evidence pack 证据包 as it was made: canonical JSON whose SHA-256 is the hash, masked',
    scope: 'watch:read',
    params: incidentParams.extend({ hash: Hash256 }),
    download: ['application/json'],
    response: fileResponse,
  },
  packIncident: {
    method: 'post',
    path: '/incidents/:incidentId/evidence',
    summary: 'Make an evidence pack of now; it stands in the incident a second later. At most 16 for one incident',
    scope: 'incidents:handle',
    params: incidentParams,
    body: z.strictObject({ note, idempotencyKey }),
    response: IncidentDto,
  },
  setIncidentLevel: {
    method: 'post',
    path: '/incidents/:incidentId/level',
    summary: 'Set another response level by hand (E-2): the factors stay as they were assessed; the watch leaves it then',
    scope: 'incidents:review',
    params: incidentParams,
    body: z.strictObject({ level: ResponseLevel, reason: z.string().min(1).max(400), idempotencyKey }),
    response: IncidentDto,
  },
  splitIncident: {
    method: 'post',
    path: '/incidents/:incidentId/split',
    summary: 'Take alarms out into an incident of their own, which is answered',
    scope: 'incidents:review',
    params: incidentParams,
    body: z.strictObject({ title: Incident.shape.title, alarmIds: z.array(AlarmId).min(1).max(200), note, idempotencyKey }),
    response: IncidentDto,
  },
  incidentGuide: {
    method: 'get',
    path: '/incidents/:incidentId/guide',
    summary: 'Tasks by role, start and end conditions of the response, similar past incidents, overdue actions, the fishbone',
    scope: 'watch:read',
    params: incidentParams,
    query: z.strictObject({ language: z.enum(['zh', 'en']).default('zh') }),
    response: dto.IncidentGuideDto,
  },
  approveChange: {
    method: 'post',
    path: '/devices/:deviceId/approvals',
    summary:
      'Approve one operation on a device within 15 minutes while a freeze 封网 holds; two others than who operates are needed',
    scope: 'incidents:review',
    params: z.strictObject({ deviceId: DeviceId }),
    body: z.strictObject({ reason: z.string().min(1).max(200), idempotencyKey }),
    response: dto.ApprovalDto,
  },
  watchList: {
    method: 'get',
    path: '/watch-list',
    summary: 'What is watched after it was restored 恢复观察: 24 hours, 72 at level 1',
    scope: 'watch:read',
    response: dto.WatchListDto,
  },
} as const satisfies Readonly<Record<string, Endpoint>>;
