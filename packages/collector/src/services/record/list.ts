import type { RecordKind } from '@cardwatch/contracts';
import type { RecordDto } from '@cardwatch/contracts/api';
import { ok, type Result } from '@cardwatch/kernel';
import type { Page, PageAsk } from '../../store/read/roles.ts';
import type { ServiceFailure } from '../failure.ts';
import { cardRefOf } from '../keys/ring.ts';
import type { Services } from '../services.ts';

export interface RecordsQuestion extends PageAsk {
  readonly deviceId?: string | undefined;
  /** Digits of a card; become pseudonyms here and go no further. */
  readonly card?: string | undefined;
  readonly cardRef?: string | undefined;
  readonly cardTail?: string | undefined;
  readonly kind?: RecordKind | undefined;
  readonly from?: number | undefined;
  readonly to?: number | undefined;
}

export async function listRecords(
  services: Services,
  { card, cardRef, ...rest }: RecordsQuestion,
): Promise<Result<Page<RecordDto>, ServiceFailure>> {
  if (card === undefined && cardRef === undefined) return services.read.records(rest);
  const asked = card === undefined ? undefined : await pseudonyms(services, card);
  const cardRefs = asked === undefined ? [cardRef ?? ''] : asked.filter((ref) => cardRef === undefined || ref === cardRef);
  return cardRefs.length === 0 ? ok({ items: [], nextCursor: null }) : services.read.records({ ...rest, cardRefs });
}

const pseudonyms = async ({ keys }: Services, card: string): Promise<string[]> =>
  Object.values(await keys.sites()).map((site) => cardRefOf(site, card));
