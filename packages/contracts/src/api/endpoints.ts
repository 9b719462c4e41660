/** Every verb of `/api/v1`: the collector builds its routes and the OpenAPI 3.1 document from this table, the console its typed client. */
import { z } from 'zod';
import { EventType, PassMethod, PassResult } from '../event.ts';
import { DeviceId, OperationName, Stream } from '../ids.ts';
import { DeviceState } from '../reading.ts';
import { RecordKind } from '../record.ts';
import { DeviceKind } from '../session.ts';
import { Areas, Role, type Scope } from './access.ts';
import { dutyEndpoints } from './endpoints-duty.ts';
import { incidentEndpoints } from './endpoints-incidents.ts';
import { mapEndpoints } from './endpoints-maps.ts';
import { metricsEndpoints } from './endpoints-metrics.ts';
import { registerEndpoints } from './endpoints-register.ts';
import { termsEndpoints } from './endpoints-terms.ts';
import { wallEndpoints } from './endpoints-wall.ts';
import { trailEndpoints } from './endpoints-trail.ts';
import { watchEndpoints } from './endpoints-watch.ts';
import { PageQuery, page } from './reply.ts';
import * as dto from './dto.ts';

export interface Endpoint {
  readonly method: 'get' | 'post' | 'delete';
  /** Hono form, below `/api/v1`. */
  readonly path: string;
  readonly summary: string;
  /** null: reachable without signing in. */
  readonly scope: Scope | 'session' | null;
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  readonly body?: z.ZodObject;
  /** Instead of `body`: a file as it is, of one of these media types. */
  readonly upload?: { readonly types: readonly string[]; readonly bytesMax: number };
  /** The answer is a file of one of these media types, and `response` is `fileResponse`. */
  readonly download?: readonly string[];
  readonly response: z.ZodType;
}

const define = <const T extends Record<string, Endpoint>>(table: T): T => table;

const timeRange = { from: z.coerce.number().int().optional(), to: z.coerce.number().int().optional() };
const password = z.string().min(12).max(256);
const userName = z.string().regex(/^[a-z][a-z0-9._-]{1,31}$/);
const newAccount = { name: userName, displayName: z.string().min(1).max(64), password };
const nothing = z.strictObject({});

export const endpoints = define({
  setupState: {
    method: 'get',
    path: '/setup',
    summary: 'Whether the first account is still to be made',
    scope: null,
    response: dto.SetupStateDto,
  },
  setup: {
    method: 'post',
    path: '/setup',
    summary:
      "Make the first administrator with the one-time set-up code that the first start printed; with `duty` also the same person's account for the " +
      'daily work, under another name and password, which is then the one that is signed in',
    scope: null,
    body: z.strictObject({ code: z.string().max(64), ...newAccount, duty: z.strictObject(newAccount).optional() }),
    response: dto.SessionDto,
  },
  signIn: {
    method: 'post',
    path: '/session',
    summary: 'Sign in; sets the session cookie',
    scope: null,
    body: z.strictObject({ name: z.string().max(64), password: z.string().max(256) }),
    response: dto.SessionDto,
  },
  session: { method: 'get', path: '/session', summary: 'Who is signed in', scope: 'session', response: dto.SessionDto },
  signOut: { method: 'delete', path: '/session', summary: 'Sign out', scope: 'session', response: nothing },
  changePassword: {
    method: 'post',
    path: '/session/password',
    summary: 'Change one’s own password; ends every session of the account and opens a new one',
    scope: 'session',
    body: z.strictObject({ current: z.string().max(256), password }),
    response: dto.SessionDto,
  },
  redeemReset: {
    method: 'post',
    path: '/session/reset',
    summary: 'Choose a new password with the one-time code of an administrator, and sign in',
    scope: null,
    body: z.strictObject({ name: userName, code: z.string().max(64), password }),
    response: dto.SessionDto,
  },
  health: { method: 'get', path: '/health', summary: 'Liveness and ingest figures', scope: 'read', response: dto.HealthDto },
  overview: {
    method: 'get',
    path: '/overview',
    summary: 'Is the campus well, where not, how much is in transit',
    scope: 'read',
    response: dto.OverviewDto,
  },
  flow: {
    method: 'get',
    path: '/flow',
    summary: 'Records and turnover by minute of device time',
    scope: 'read',
    query: z.strictObject({ ...timeRange, deviceId: DeviceId.optional() }),
    response: z.strictObject({ items: z.array(dto.FlowPointDto) }),
  },
  agents: {
    method: 'get',
    path: '/agents',
    summary: 'Agents with backlog, watermarks and lines',
    scope: 'read',
    response: z.strictObject({ items: z.array(dto.AgentDto) }),
  },
  agent: {
    method: 'get',
    path: '/agents/:agentId',
    summary: 'One agent',
    scope: 'read',
    params: z.strictObject({ agentId: z.string() }),
    response: dto.AgentDto,
  },
  devices: {
    method: 'get',
    path: '/devices',
    summary: 'Devices with state and cause',
    scope: 'read',
    query: PageQuery.extend({
      state: DeviceState.optional(),
      kind: DeviceKind.optional(),
      agentId: z.string().optional(),
      campus: z.string().optional(),
      building: z.string().optional(),
      area: z.string().optional(),
      q: z.string().max(64).optional(),
    }),
    response: page(dto.DeviceDto),
  },
  device: {
    method: 'get',
    path: '/devices/:deviceId',
    summary: 'One device',
    scope: 'read',
    params: z.strictObject({ deviceId: DeviceId }),
    response: dto.DeviceDto,
  },
  deviceMaintenance: {
    method: 'post',
    path: '/devices/:deviceId/maintenance',
    summary:
      'Put a device into maintenance or take it out, with a reason. Into it while a freeze 封网 holds: as operations, with two approvals or the number of a level-1 incident in `emergency`',
    scope: 'commands',
    params: z.strictObject({ deviceId: DeviceId }),
    body: z.strictObject({
      maintenance: z.boolean(),
      reason: z.string().min(1).max(200),
      emergency: z.string().max(32).optional(),
    }),
    response: dto.DeviceDto,
  },
  deviceReadings: {
    method: 'get',
    path: '/devices/:deviceId/readings',
    summary: 'Latest reading of each point; with `point`, its history',
    scope: 'read',
    params: z.strictObject({ deviceId: DeviceId }),
    query: PageQuery.extend({ point: z.string().max(48).optional(), ...timeRange }),
    response: page(dto.ReadingDto),
  },
  deviceOperations: {
    method: 'get',
    path: '/devices/:deviceId/operations',
    summary: 'The last twenty operations that were ordered of a device, and what became of them',
    scope: 'read',
    params: z.strictObject({ deviceId: DeviceId }),
    response: z.strictObject({ items: z.array(dto.CommandDto) }),
  },
  operateDevice: {
    method: 'post',
    path: '/devices/:deviceId/operations',
    summary:
      'Have a device do one of its `operations`, with a reason. Audited; done at most once for an `idempotencyKey`; not begun after 60 s. While an important event freezes its area: with two approvals, or by the number of a running level-1 incident',
    scope: 'commands',
    params: z.strictObject({ deviceId: DeviceId }),
    body: z.strictObject({
      name: OperationName,
      reason: z.string().min(1).max(200),
      emergency: z.string().max(32).optional(),
      idempotencyKey: z.uuid(),
    }),
    response: dto.CommandDto,
  },
  events: {
    method: 'get',
    path: '/events',
    summary: 'Passes 通行, doors, device alarms and audits, gaps and notices, newest first; people and cards masked',
    scope: 'records:read',
    query: PageQuery.extend({
      deviceId: DeviceId.optional(),
      type: EventType.optional(),
      result: PassResult.optional(),
      method: PassMethod.optional(),
      ...timeRange,
    }),
    response: page(dto.EventDto),
  },
  passFlow: {
    method: 'get',
    path: '/passes/flow',
    summary: 'Passes by minute of business time',
    scope: 'read',
    query: z.strictObject({ ...timeRange, deviceId: DeviceId.optional() }),
    response: z.strictObject({ items: z.array(dto.PassPointDto) }),
  },
  records: {
    method: 'get',
    path: '/records',
    summary:
      'Transaction records, newest first, cards masked. `card` is a card number (hashed at once, never stored or logged), `cardTail` its last four digits; `place` is a campus or `campus/building/area`, a merchant is that of its terminals at their times',
    scope: 'records:read',
    query: PageQuery.extend({
      deviceId: DeviceId.optional(),
      card: z
        .string()
        .regex(/^\d{4,20}$/)
        .optional(),
      cardRef: z
        .string()
        .regex(/^[0-9a-f]{32}$/)
        .optional(),
      cardTail: z
        .string()
        .regex(/^\d{4}$/)
        .optional(),
      kind: RecordKind.optional(),
      /** As terminals number their records: each terminal may have one of this number. */
      recordNo: z.coerce.number().int().min(0).max(4_294_967_295).optional(),
      place: z.string().min(1).max(200).optional(),
      merchantId: z.string().min(1).max(64).optional(),
      ...timeRange,
    }),
    response: page(dto.RecordDto),
  },
  revealRecord: {
    method: 'post',
    path: '/records/:id/reveal',
    summary: 'Card number and raw bytes of one record, with a purpose; every call is audited',
    scope: 'records:reveal',
    params: z.strictObject({ id: z.string().max(64) }),
    body: z.strictObject({ purpose: z.string().min(4).max(200) }),
    response: dto.RevealDto,
  },
  gaps: {
    method: 'get',
    path: '/gaps',
    summary: 'Missing numbers of streams and terminals',
    scope: 'read',
    query: PageQuery.extend({
      state: z.enum(['open', 'filled', 'lost']).optional(),
      deviceId: DeviceId.optional(),
      agentId: z.string().optional(),
    }),
    response: page(dto.GapDto),
  },
  recollectGap: {
    method: 'post',
    path: '/gaps/:id/recollect',
    summary: 'Ask the agent to read the missing records of a terminal again 补采',
    scope: 'commands',
    params: z.strictObject({ id: z.string().max(64) }),
    body: z.strictObject({ reason: z.string().min(1).max(200) }),
    response: dto.CommandDto,
  },
  deadLetters: {
    method: 'get',
    path: '/dead-letters',
    summary: 'Records that could not be booked: acknowledged, unresolved',
    scope: 'read',
    query: PageQuery.extend({ state: z.enum(['open', 'resolved']).optional(), stream: Stream.optional() }),
    response: page(dto.DeadLetterDto),
  },
  users: {
    method: 'get',
    path: '/users',
    summary: 'Accounts',
    scope: 'users:admin',
    response: z.strictObject({ items: z.array(dto.PersonDto) }),
  },
  addUser: {
    method: 'post',
    path: '/users',
    summary: 'Make an account',
    scope: 'users:admin',
    body: z.strictObject({ name: userName, displayName: z.string().min(1).max(64), role: Role, password }),
    response: dto.PersonDto,
  },
  disableUser: {
    method: 'post',
    path: '/users/:name/disable',
    summary: 'Disable an account: its sessions end at once. Refused for the last administrator',
    scope: 'users:admin',
    params: z.strictObject({ name: userName }),
    response: dto.PersonDto,
  },
  enableUser: {
    method: 'post',
    path: '/users/:name/enable',
    summary: 'Enable an account again',
    scope: 'users:admin',
    params: z.strictObject({ name: userName }),
    response: dto.PersonDto,
  },
  unlockUser: {
    method: 'post',
    path: '/users/:name/unlock',
    summary: 'End the lock of an account after wrong passwords',
    scope: 'users:admin',
    params: z.strictObject({ name: userName }),
    response: dto.PersonDto,
  },
  resetPassword: {
    method: 'post',
    path: '/users/:name/reset-password',
    summary:
      'Take an account its password away, end its sessions and make a one-time code for a new one. Refused for the last administrator',
    scope: 'users:admin',
    params: z.strictObject({ name: userName }),
    response: dto.ResetCodeDto,
  },
  setUserAreas: {
    method: 'post',
    path: '/users/:name/areas',
    summary: 'Narrow an account to campuses or areas, or null for all: its lists of devices and alarms, and what it may handle',
    scope: 'users:admin',
    params: z.strictObject({ name: userName }),
    body: z.strictObject({ areas: Areas }),
    response: dto.PersonDto,
  },
  ...trailEndpoints,
  ...watchEndpoints,
  ...dutyEndpoints,
  ...metricsEndpoints,
  ...termsEndpoints,
  ...incidentEndpoints,
  ...registerEndpoints,
  ...mapEndpoints,
  ...wallEndpoints,
});

export type EndpointName = keyof typeof endpoints;
export type ResponseOf<K extends EndpointName> = z.infer<(typeof endpoints)[K]['response']>;
/** What a caller writes as the query of `K`; `undefined` when it takes none. */
export type QueryOf<K extends EndpointName> = (typeof endpoints)[K] extends { query: infer Q extends z.ZodType }
  ? z.input<Q>
  : undefined;
export type BodyOf<K extends EndpointName> = (typeof endpoints)[K] extends { body: infer B extends z.ZodType }
  ? z.input<B>
  : undefined;
export type ParamsOf<K extends EndpointName> = (typeof endpoints)[K] extends { params: infer P extends z.ZodType }
  ? z.input<P>
  : undefined;
