/** Files of the register: looked at, imported, taken back, written. */
import { createHash, randomUUID } from 'node:crypto';
import {
  type RegisterImportDetailDto,
  type RegisterImportDto,
  registerListedMax,
  type RegisterPreviewDto,
} from '@cardwatch/contracts/api';
import { err, ok, type Result } from '@cardwatch/kernel';
import { exportRows, inTheWayOf } from '../../core/register/index.core.ts';
import type { PageAsk, PageResult } from '../../store/read/roles.ts';
import { order } from '../act.ts';
import type { Caller } from '../caller.ts';
import type { ServiceFailure } from '../failure.ts';
import type { Watched } from '../watch-desk.ts';
import { editDto, previewDto } from './preview-dto.core.ts';
import { ownPart, registerView } from './register-view.ts';
import type { SheetFormat, SheetThreadFailure } from './sheet-desk.ts';
import { sheetFailure } from './sheet-failure.core.ts';

/** Seconds after which a caller may come again while other files are read. */
const busyRetryS = 5;

const threadFailure = (failure: SheetThreadFailure): ServiceFailure =>
  failure.kind === 'busy'
    ? { kind: 'busy', retryAfterS: busyRetryS }
    : { kind: 'sheet', why: 'tooMuch', place: 'body', value: '', expected: `${failure.deadlineMs} ms` };

/** Everything that is wrong with it, cell by cell, and what it would change; changes nothing. */
export async function previewRegister(
  services: Watched,
  caller: Caller,
  bytes: Uint8Array,
): Promise<Result<RegisterPreviewDto, ServiceFailure>> {
  const view = await registerView(services, caller);
  if (!view.ok) return view;
  const { register, devices, mine } = view.value;
  const known = [...devices.keys()];
  const reach = caller.areas === null ? null : { areas: caller.areas, devices: known.filter(mine) };
  const now = services.clock.now();
  const answer = await services.sheets.preview(bytes, { register, known, reach }, now);
  if (!answer.ok) return err(threadFailure(answer.error));
  if (!answer.value.ok) return err(sheetFailure(answer.value.error));
  const { sheet, rows, preview } = answer.value.value;
  const digest = createHash('sha256').update(bytes).digest('hex');
  const head = { previewId: null, expiresAt: null, sheet, digest, rows };
  if (preview.plan === null) return ok(previewDto(preview, head));
  const previewId = randomUUID();
  const expiresAt = services.previews.keep({ previewId, actor: caller.actor, plan: preview.plan, digest }, now);
  return ok(previewDto(preview, { ...head, previewId, expiresAt }));
}

export interface ImportAsk {
  readonly previewId: string;
  readonly reason: string;
  readonly idempotencyKey: string;
}

/** Asked again with its key it answers the same, also when the preview has run out. */
export async function importRegister(
  services: Watched,
  caller: Caller,
  { previewId, reason, idempotencyKey }: ImportAsk,
): Promise<Result<RegisterImportDto, ServiceFailure>> {
  const before = await services.watch.registerImport(idempotencyKey);
  if (before !== null) return before.item.kind === 'import' ? ok(before.item) : err({ kind: 'keyUsed' });
  const preview = services.previews.find(previewId, caller.actor, services.clock.now());
  if (preview === null) return err({ kind: 'notFound', place: 'body.previewId', value: previewId });
  const { plan, digest } = preview;
  const act = { kind: 'applyRegister', plan, digest, reason } as const;
  const detail = { edits: plan.length, digest, reason };
  const done = await order(services, caller, { act, idempotencyKey, object: 'register', detail });
  return done.ok ? importOf(services, idempotencyKey) : done;
}

async function importOf({ watch }: Watched, importId: string): Promise<Result<RegisterImportDto, ServiceFailure>> {
  const row = await watch.registerImport(importId);
  return row === null ? err({ kind: 'notFound', place: 'importId', value: importId }) : ok(row.item);
}

export const listImports = ({ watch }: Watched, ask: PageAsk): Promise<PageResult<RegisterImportDto>> =>
  watch.registerImports(ask);

/** Of a caller with areas, the rows of their devices. */
export async function showImport(
  services: Watched,
  caller: Caller,
  importId: string,
): Promise<Result<RegisterImportDetailDto, ServiceFailure>> {
  const row = await services.watch.registerImport(importId);
  if (row === null) return err({ kind: 'notFound', place: 'importId', value: importId });
  const view = await registerView(services, caller);
  if (!view.ok) return view;
  const plan = row.plan.filter(({ before, after }) => view.value.mine(after?.deviceId ?? before?.deviceId ?? ''));
  const inTheWay = row.item.rolledBackBy === null ? inTheWayOf(view.value.register, plan) : [];
  return ok({
    item: row.item,
    editCount: plan.length,
    edits: plan.slice(0, registerListedMax).map(editDto),
    inTheWay: inTheWay.slice(0, registerListedMax).map(({ edit: { table, key, after }, now }) => ({ table, key, after, now })),
  });
}

export interface RollbackAsk {
  readonly importId: string;
  readonly reason: string;
  readonly idempotencyKey: string;
}

export async function rollbackRegister(
  services: Watched,
  caller: Caller,
  { importId, reason, idempotencyKey }: RollbackAsk,
): Promise<Result<RegisterImportDto, ServiceFailure>> {
  const row = await services.watch.registerImport(importId);
  if (row === null) return err({ kind: 'notFound', place: 'importId', value: importId });
  const view = await registerView(services, caller);
  if (!view.ok) return view;
  const { mine, reaches } = view.value;
  const within = row.plan.every(({ table, before, after }) => {
    const isMine = mine(after?.deviceId ?? before?.deviceId ?? '');
    return isMine && (table !== 'places' || before === null || reaches(before.area));
  });
  if (!within) return err({ kind: 'refused', why: 'outOfReach' });
  const act = { kind: 'rollbackRegister', importId, reason } as const;
  const detail = { edits: row.plan.length, reason };
  const done = await order(services, caller, { act, idempotencyKey, object: importId, detail });
  return done.ok ? importOf(services, idempotencyKey) : done;
}

export interface ExportAsk {
  readonly format: SheetFormat;
  readonly language: 'zh' | 'en';
}
export interface ExportedFile {
  readonly bytes: Uint8Array;
  readonly type: string;
  readonly name: string;
}

const types: Readonly<Record<SheetFormat, string>> = {
  csv: 'text/csv; charset=utf-8',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
};

export async function exportRegister(
  services: Watched,
  caller: Caller,
  { format, language }: ExportAsk,
): Promise<Result<ExportedFile, ServiceFailure>> {
  const view = await registerView(services, caller);
  if (!view.ok) return view;
  const known = [...view.value.devices.keys()].filter(view.value.mine);
  const written = await services.sheets.write(exportRows(ownPart(view.value), known, language), format);
  if (!written.ok) return err(threadFailure(written.error));
  return ok({ bytes: written.value, type: types[format], name: `register.${format}` });
}
