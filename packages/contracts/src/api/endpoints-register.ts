/** Verbs of the register 台账: places, ways up, merchants, imports. Part of the one table in `endpoints.ts`. */
import { z } from 'zod';
import { DeviceId, WireTime } from '../ids.ts';
import { DevicePlace, MerchantBinding, TopologyNode } from '../watch/index.ts';
import type { Endpoint } from './endpoints.ts';
import * as dto from './register-dto.ts';
import { fileResponse, PageQuery, page } from './reply.ts';

const reason = z.string().min(1).max(200);
const idempotencyKey = z.uuid();
const acting = { reason, idempotencyKey };
const importParams = z.strictObject({ importId: z.uuid() });
const { merchantId, merchantName } = MerchantBinding.shape;

/** What a register may be uploaded as. The bytes decide what it is, not the type. */
export const sheetUpload = {
  types: [
    'text/csv',
    'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    'application/vnd.ms-excel',
    'application/octet-stream',
  ],
  bytesMax: 4 * 1_024 * 1_024,
} as const;

export const registerEndpoints = {
  topology: {
    method: 'get',
    path: '/topology',
    summary: 'What each device is reached through and where it stands, as people keep it, and merchants by terminal',
    scope: 'watch:read',
    response: dto.TopologyDto,
  },
  suggestions: {
    method: 'get',
    path: '/topology/suggestions',
    summary: 'Links seen in LLDP, FDB or ARP, latest seen first',
    scope: 'watch:read',
    query: PageQuery.extend({ state: z.enum(['open', 'confirmed', 'rejected']).optional() }),
    response: page(dto.SuggestionDto),
  },
  decideSuggestion: {
    method: 'post',
    path: '/topology/suggestions/:suggestionId/decision',
    summary:
      'Confirm a suggested link, which makes it topology, or reject it. Beside ways that are drawn it stands in for them (`alternative`), is needed too (`another`) or takes their place (`instead`)',
    scope: 'topology:edit',
    params: z.strictObject({ suggestionId: z.uuid() }),
    body: z.strictObject({
      decision: z.enum(['confirmed', 'rejected']),
      as: z.enum(['alternative', 'another', 'instead']).default('alternative'),
      ...acting,
    }),
    response: dto.SuggestionDto,
  },
  places: {
    method: 'get',
    path: '/register/places',
    summary: 'Campus, zone, building, area, cluster, line or port, with how many devices; of the areas of who asks',
    scope: 'watch:read',
    response: dto.PlacesDto,
  },
  registeredDevice: {
    method: 'get',
    path: '/register/devices/:deviceId',
    summary: 'What the register has of one device',
    scope: 'watch:read',
    params: z.strictObject({ deviceId: DeviceId }),
    response: dto.RegisteredDeviceDto,
  },
  editRegistered: {
    method: 'post',
    path: '/register/devices/:deviceId',
    summary: 'Set place, ways up or port of one device; null takes it away, what is left out stays',
    scope: 'topology:edit',
    params: z.strictObject({ deviceId: DeviceId }),
    body: z.strictObject({
      place: DevicePlace.omit({ deviceId: true }).nullable().optional(),
      upstream: TopologyNode.shape.upstream.nullable().optional(),
      port: TopologyNode.shape.port.optional(),
      ...acting,
    }),
    response: dto.RegisteredDeviceDto,
  },
  merchants: {
    method: 'get',
    path: '/register/merchants',
    summary: 'Merchants by terminal with the days that they hold, by device, then day; `at`: those of that time',
    scope: 'watch:read',
    query: PageQuery.extend({
      deviceId: DeviceId.optional(),
      merchantId: merchantId.optional(),
      at: z.coerce.number().int().min(0).optional(),
    }),
    response: page(MerchantBinding),
  },
  bindMerchant: {
    method: 'post',
    path: '/register/merchants',
    summary: 'Bind a terminal to a merchant from a time on. It ends the one before; records of before stay with that one',
    scope: 'topology:edit',
    body: z.strictObject({
      deviceId: DeviceId,
      merchantId,
      merchantName,
      validFrom: WireTime,
      validTo: WireTime.nullable().optional(),
      ...acting,
    }),
    response: dto.RegisteredDeviceDto,
  },
  endMerchant: {
    method: 'post',
    path: '/register/merchants/end',
    summary: 'End the binding of a terminal that began at `validFrom`',
    scope: 'topology:edit',
    body: z.strictObject({ deviceId: DeviceId, validFrom: WireTime, validTo: WireTime, ...acting }),
    response: dto.RegisteredDeviceDto,
  },
  previewRegister: {
    method: 'post',
    path: '/register/preview',
    summary:
      'What importing this CSV or XLSX would change, and every cell that is wrong; changes nothing. At most 4 MiB, 20,000 rows, 64 columns, 1,000 characters a cell',
    scope: 'topology:edit',
    upload: sheetUpload,
    response: dto.RegisterPreviewDto,
  },
  importRegister: {
    method: 'post',
    path: '/register/imports',
    summary: 'Import what was previewed, all of it or nothing; a preview stands for 15 minutes and for who made it',
    scope: 'topology:edit',
    body: z.strictObject({ previewId: z.uuid(), ...acting }),
    response: dto.RegisterImportDto,
  },
  registerImports: {
    method: 'get',
    path: '/register/imports',
    summary: 'Changes of the register, newest first: imports, single edits, confirmed suggestions, rollbacks',
    scope: 'watch:read',
    query: PageQuery,
    response: page(dto.RegisterImportDto),
  },
  registerImport: {
    method: 'get',
    path: '/register/imports/:importId',
    summary: 'One change of the register with its rows, and what is in the way of taking it back',
    scope: 'watch:read',
    params: importParams,
    response: dto.RegisterImportDetailDto,
  },
  rollbackRegister: {
    method: 'post',
    path: '/register/imports/:importId/rollback',
    summary:
      'Take one change of the register back to the letter. Refused when later changes touch the same rows, which are named',
    scope: 'topology:edit',
    params: importParams,
    body: z.strictObject(acting),
    response: dto.RegisterImportDto,
  },
  exportRegister: {
    method: 'get',
    path: '/register/export',
    summary: 'The register as CSV or XLSX, as it can be imported again; of the areas of who asks. No cell can be a formula',
    scope: 'watch:read',
    query: z.strictObject({ format: z.enum(['csv', 'xlsx']).default('csv'), language: z.enum(['zh', 'en']).default('zh') }),
    download: ['text/csv', 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'],
    response: fileResponse,
  },
} as const satisfies Readonly<Record<string, Endpoint>>;
