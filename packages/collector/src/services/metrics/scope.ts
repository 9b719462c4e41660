/** Whose records a business question is about, within what its caller may see. */
import type { BusinessKind } from '@cardwatch/contracts/api';
import { err, ok, type Result, unreachable } from '@cardwatch/kernel';
import { merchantSpans } from '../../core/metrics/bindings.core.ts';
import { entityOf } from '../../core/metrics/entity.core.ts';
import type { BusinessScope, DeviceSpan } from '../../store/read/roles.ts';
import { isWithin, placePathOf } from '../area.core.ts';
import type { Caller } from '../caller.ts';
import type { ServiceFailure } from '../failure.ts';
import type { Services } from '../services.ts';

export interface BusinessOf {
  readonly kind: BusinessKind;
  readonly id: string;
  readonly from: number;
  readonly to: number;
}

type Asking = Pick<Services, 'read' | 'watch'>;
type Found = Result<BusinessScope, ServiceFailure>;

/** Fails as `notFound` for what there is not and for what is not the caller's. */
export async function scopeOf(services: Asking, { areas }: Pick<Caller, 'areas'>, ask: BusinessOf): Promise<Found> {
  const { kind, id, from, to } = ask;
  const missing: Found = err({ kind: 'notFound', place: 'query.id', value: id });
  switch (kind) {
    case 'device': {
      const mine = await visible(services, areas, [id]);
      return mine.has(id) ? ok({ kind: 'spans', spans: [{ deviceId: id, from, to }] }) : missing;
    }
    case 'area':
    case 'campus': {
      if (kind === 'campus' && id.includes('/')) return missing;
      if (!isWithin(areas, { campus: id.split('/')[0] ?? id, area: id })) return missing;
      const registered = (await services.watch?.settings())?.places ?? [];
      const here = registered.filter(({ area }) => area === id || area.startsWith(`${id}/`));
      const there = registered.filter((place) => !here.includes(place));
      const some = await services.read.devices({ areas: [id], limit: 1 });
      if (some.ok && some.value.items.length === 0 && here.length === 0) return missing;
      return ok({ kind: 'within', places: [id], except: there.map(idOf), also: here.map(idOf) });
    }
    case 'merchant': {
      const spans = await merchantScope(services, areas, ask);
      return spans === null ? missing : ok({ kind: 'spans', spans });
    }
    default:
      return unreachable(kind);
  }
}

const idOf = ({ deviceId }: { readonly deviceId: string }): string => deviceId;

/** Terminals of the merchant at their times; null: it has none, or none that the caller sees. */
async function merchantScope(services: Asking, areas: Caller['areas'], ask: BusinessOf): Promise<readonly DeviceSpan[] | null> {
  const bindings = (await services.watch?.settings())?.bindings ?? [];
  const terminals = bindings.filter(({ merchantId }) => merchantId === ask.id).map(({ deviceId }) => deviceId as string);
  const mine = areas === null ? new Set(terminals) : await visible(services, areas, [...new Set(terminals)]);
  if (mine.size === 0) return null;
  return merchantSpans(bindings, ask.id, ask).filter(({ deviceId }) => mine.has(deviceId));
}

async function visible({ read }: Asking, areas: Caller['areas'], deviceIds: readonly string[]): Promise<ReadonlySet<string>> {
  const devices = await read.devicesById(deviceIds);
  return new Set(
    devices
      .filter(({ place }) => isWithin(areas, { campus: place.campus, area: placePathOf(place) }))
      .map(({ deviceId }) => deviceId as string),
  );
}

/** The name under which figures of it are learned. */
export function entityNamed({ kind, id }: Pick<BusinessOf, 'kind' | 'id'>): string {
  return entityOf[kind](id);
}
