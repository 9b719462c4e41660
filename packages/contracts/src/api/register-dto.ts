/** What the API says of the register 台账: places, ways up, merchants, imports. */
import { z } from 'zod';
import { DeviceId } from '../ids.ts';
import { Place } from '../session.ts';
import { DevicePlace, MerchantBinding, RegisterImport, TopologyNode, TopologySuggestion } from '../watch/index.ts';

const at = z.int();
const count = z.int().min(0);

/** `places`: where the register has devices stand, where it says something; else where their agents declare them. */
export const TopologyDto = z.strictObject({
  nodes: z.array(TopologyNode),
  bindings: z.array(MerchantBinding),
  places: z.array(DevicePlace),
});
export type TopologyDto = z.infer<typeof TopologyDto>;

export const SuggestionDto = TopologySuggestion;
export type SuggestionDto = TopologySuggestion;

/**
 * campus > zone > building > area > cluster > line or port; a level that nobody named is left out. `id` is made of the names on the way down, `parentId` null
 * for a campus, `devices` counts all below. Parents stand before their children.
 */
export const PlaceNodeDto = z.strictObject({
  id: z.string(),
  parentId: z.string().nullable(),
  level: z.enum(['campus', 'zone', 'building', 'area', 'cluster', 'line', 'port']),
  name: z.string(),
  devices: count,
});
export type PlaceNodeDto = z.infer<typeof PlaceNodeDto>;

export const PlacesDto = z.strictObject({ items: z.array(PlaceNodeDto), devices: count });
export type PlacesDto = z.infer<typeof PlacesDto>;

/** `declared`: by its agent's configuration. `place`, `node`: by the register, which counts where it says something. */
export const RegisteredDeviceDto = z.strictObject({
  deviceId: DeviceId,
  declared: Place,
  place: DevicePlace.nullable(),
  node: TopologyNode.nullable(),
  bindings: z.array(MerchantBinding),
});
export type RegisteredDeviceDto = z.infer<typeof RegisteredDeviceDto>;

const sentence = z.strictObject({ zh: z.string(), en: z.string() });

/** `row` as the sheet counts it, 1 is the header. `column`: code of the column, empty where it is about the whole row. `right`: what would be right. */
export const RowErrorDto = z.strictObject({
  sheet: z.string(),
  row: count,
  column: z.string(),
  columnName: sentence,
  value: z.string(),
  code: z.string(),
  right: z.string(),
  words: sentence,
});
export type RowErrorDto = z.infer<typeof RowErrorDto>;

const table = z.enum(['places', 'topology', 'bindings']);
const shown = z.record(z.string(), z.unknown()).nullable();

export const RegisterEditDto = z.strictObject({ table, key: z.string(), before: shown, after: shown });
export type RegisterEditDto = z.infer<typeof RegisterEditDto>;

export const RegisterChangeDto = RegisterEditDto.extend({
  kind: z.enum(['added', 'changed', 'ended', 'removed']),
  row: count,
  deviceId: z.string(),
  /** Records of the past change hands. */
  backdated: z.boolean(),
});
export type RegisterChangeDto = z.infer<typeof RegisterChangeDto>;

/** Most rows that a preview or an import lists; the counts count all. */
export const registerListedMax = 500;

/** `previewId` is null while anything is wrong: nothing can be imported then. */
export const RegisterPreviewDto = z.strictObject({
  previewId: z.uuid().nullable(),
  expiresAt: at.nullable(),
  sheet: z.string(),
  digest: z.string(),
  rows: count,
  unchangedRows: count,
  counts: RegisterImport.shape.counts,
  backdated: count,
  errorCount: count,
  errors: z.array(RowErrorDto).max(registerListedMax),
  changeCount: count,
  changes: z.array(RegisterChangeDto).max(registerListedMax),
});
export type RegisterPreviewDto = z.infer<typeof RegisterPreviewDto>;

export const RegisterImportDto = RegisterImport;
export type RegisterImportDto = RegisterImport;

/** `inTheWay`: rows that were changed since, which a rollback would write over, as they are now. */
export const RegisterImportDetailDto = z.strictObject({
  item: RegisterImport,
  editCount: count,
  edits: z.array(RegisterEditDto).max(registerListedMax),
  inTheWay: z.array(RegisterEditDto.omit({ before: true }).extend({ now: shown })).max(registerListedMax),
});
export type RegisterImportDetailDto = z.infer<typeof RegisterImportDetailDto>;
