import type { BusinessKind } from '@cardwatch/contracts/api';
import { useQuery } from '@tanstack/react-query';
import { useConsole } from '../../console.tsx';
import { areasOf, campusesOf } from './places.core.ts';

/** Whose business is shown. */
export interface FlowSubject {
  readonly kind: BusinessKind;
  /** Undefined until one is chosen, or known. */
  readonly id: string | undefined;
  readonly name: string;
  /** What the list of records is asked for to give the same records. */
  readonly records: { readonly place?: string; readonly merchantId?: string; readonly deviceId?: string };
}

/** Without a word in the address the first campus. */
export function useSubject({ kind = 'campus', id }: { readonly kind?: BusinessKind; readonly id?: string }): FlowSubject {
  const { queries } = useConsole();
  const places = useQuery(queries.flowPlaces()).data?.items ?? [];
  const merchants = useQuery({ ...queries.flowMerchants(), enabled: kind === 'merchant' }).data?.items ?? [];
  const device = useQuery({ ...queries.device(id ?? ''), enabled: kind === 'device' && id !== undefined }).data;
  switch (kind) {
    case 'campus': {
      const campus = id ?? campusesOf(places)[0];
      return { kind, id: campus, name: campus ?? '', records: campus === undefined ? {} : { place: campus } };
    }
    case 'area': {
      const area = areasOf(places).find(({ path }) => path === id);
      const name = area === undefined ? (id ?? '') : area.name;
      return { kind, id, name, records: id === undefined ? {} : { place: id } };
    }
    case 'merchant': {
      const name = merchants.find(({ merchantId }) => merchantId === id)?.merchantName ?? id ?? '';
      return { kind, id, name, records: id === undefined ? {} : { merchantId: id } };
    }
    default:
      return { kind, id, name: device?.name ?? id ?? '', records: id === undefined ? {} : { deviceId: id } };
  }
}
