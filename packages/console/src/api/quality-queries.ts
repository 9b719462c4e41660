import type { QueryOf } from '@cardwatch/contracts/api';
import type { Ask } from './ask.ts';

export type QualityPlace = Pick<NonNullable<QueryOf<'sla'>>, 'campus' | 'area'>;

export const qualityKeys = { contracts: ['slaContracts'] as const, versions: ['settingVersions', 'contracts'] as const };

/** 服务质量: figures of the contract, availability, and the contracts with their history. */
export const qualityQueries = ({ single }: Ask) => ({
  sla: (month: string, place: QualityPlace) => single(['sla', month, place], 'sla', { query: { month, ...place } }),
  availability: (month: string, place: QualityPlace & { readonly deviceId?: string }) =>
    single(['availability', month, place], 'availability', { query: { month, ...place } }),
  slaContracts: () => single(qualityKeys.contracts, 'slaContracts', {}),
  contractVersions: () => single(qualityKeys.versions, 'settingVersions', { params: { setting: 'contracts' } }),
  contractVersion: (version: number) =>
    single([...qualityKeys.versions, version], 'settingVersion', { params: { setting: 'contracts', version } }),
  qualityPlaces: () => single(['qualityPlaces'], 'places', {}),
  /** For their names; the figures list the worst 500. */
  qualityDevices: (campus: string | undefined) =>
    single(['qualityDevices', campus ?? null], 'devices', { query: { ...(campus === undefined ? {} : { campus }), limit: 500 } }),
  qualityCalendars: () => single(['qualityCalendars'], 'calendars', {}),
});
