import type { RecordKind } from '@cardwatch/contracts';
import type { RecordDto } from '@cardwatch/contracts/api';
import { ok, type Result } from '@cardwatch/kernel';
import type { BusinessScope, Page, PageAsk } from '../../store/read/roles.ts';
import type { Caller } from '../caller.ts';
import type { ServiceFailure } from '../failure.ts';
import { cardRefOf } from '../keys/ring.ts';
import { scopeOf } from '../metrics/scope.ts';
import type { Services } from '../services.ts';

export interface RecordsQuestion extends PageAsk {
  readonly deviceId?: string | undefined;
  /** Digits of a card; become pseudonyms here and go no further. */
  readonly card?: string | undefined;
  readonly cardRef?: string | undefined;
  readonly cardTail?: string | undefined;
  readonly kind?: RecordKind | undefined;
  readonly recordNo?: number | undefined;
  /** Campus or `campus/building/area`, where the register has its devices. */
  readonly place?: string | undefined;
  readonly merchantId?: string | undefined;
  readonly from?: number | undefined;
  readonly to?: number | undefined;
}

const nothing: Page<RecordDto> = { items: [], nextCursor: null };

export async function listRecords(
  services: Services,
  caller: Pick<Caller, 'areas'>,
  { card, cardRef, place, merchantId, ...asked }: RecordsQuestion,
): Promise<Result<Page<RecordDto>, ServiceFailure>> {
  const scope = await scopeAsked(services, caller, { place, merchantId, ...asked });
  // a place or merchant that nobody has sold nothing, as with every other filter
  if (!scope.ok) return scope.error.kind === 'notFound' ? ok(nothing) : scope;
  const rest = scope.value === undefined ? asked : { ...asked, scope: scope.value };
  if (card === undefined && cardRef === undefined) return services.read.records(rest);
  const known = card === undefined ? undefined : await pseudonyms(services, card);
  const cardRefs = known === undefined ? [cardRef ?? ''] : known.filter((ref) => cardRef === undefined || ref === cardRef);
  return cardRefs.length === 0 ? ok(nothing) : services.read.records({ ...rest, cardRefs });
}

/** A merchant comes before a place: asked for both, it is the merchant's terminals wherever they stand. */
async function scopeAsked(
  services: Services,
  caller: Pick<Caller, 'areas'>,
  { place, merchantId, from = 0, to = Number.MAX_SAFE_INTEGER }: RecordsQuestion,
): Promise<Result<BusinessScope | undefined, ServiceFailure>> {
  if (merchantId !== undefined) return scopeOf(services, caller, { kind: 'merchant', id: merchantId, from, to });
  return place === undefined ? ok(undefined) : scopeOf(services, caller, { kind: 'area', id: place, from, to });
}

const pseudonyms = async ({ keys }: Services, card: string): Promise<string[]> =>
  Object.values(await keys.sites()).map((site) => cardRefOf(site, card));
