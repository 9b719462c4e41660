import type { PlacesDto, RegisteredDeviceDto, SuggestionDto, TopologyDto } from '@cardwatch/contracts/api';
import type { MerchantBinding } from '@cardwatch/contracts/watch';
import { err, ok, type Result } from '@cardwatch/kernel';
import { placeTree } from '../../core/register/index.core.ts';
import { fingerprint, readCursor, writeCursor } from '../../store/read/cursor.core.ts';
import type { Page, PageAsk } from '../../store/read/roles.ts';
import type { Caller } from '../caller.ts';
import type { ServiceFailure } from '../failure.ts';
import type { Watched } from '../watch-desk.ts';
import { ownPart, type RegisterView, registerView } from './register-view.ts';

export async function showTopology(services: Watched, caller: Caller): Promise<Result<TopologyDto, ServiceFailure>> {
  const view = await registerView(services, caller);
  if (!view.ok) return view;
  const { topology, bindings, places } = ownPart(view.value);
  return ok({ nodes: [...topology], bindings: [...bindings], places: [...places] });
}

/** Of a caller with areas a page may be shorter than asked for. */
export async function listSuggestions(
  services: Watched,
  caller: Caller,
  ask: PageAsk & { readonly state?: string | undefined },
): Promise<Result<Page<SuggestionDto>, ServiceFailure>> {
  const page = await services.watch.suggestions(ask);
  if (!page.ok || caller.areas === null) return page;
  const view = await registerView(services, caller);
  if (!view.ok) return view;
  return ok({ ...page.value, items: page.value.items.filter(({ deviceId }) => view.value.mine(deviceId)) });
}

/** Devices that nobody declares any more do not stand anywhere. */
export async function listPlaces(services: Watched, caller: Caller): Promise<Result<PlacesDto, ServiceFailure>> {
  const view = await registerView(services, caller);
  if (!view.ok) return view;
  const devices = [...view.value.devices.values()].filter(({ deviceId }) => view.value.mine(deviceId));
  return ok({ items: [...placeTree(devices, view.value.register)], devices: devices.length });
}

export async function showRegistered(
  services: Watched,
  caller: Caller,
  deviceId: string,
): Promise<Result<RegisteredDeviceDto, ServiceFailure>> {
  const view = await registerView(services, caller);
  return view.ok ? registeredOf(view.value, deviceId) : view;
}

/** Somebody else's device is as if it were not there. */
export function registeredOf(
  { register, devices, mine }: RegisterView,
  deviceId: string,
): Result<RegisteredDeviceDto, ServiceFailure> {
  const device = devices.get(deviceId);
  if (device === undefined || !mine(deviceId)) return err({ kind: 'notFound', place: 'deviceId', value: deviceId });
  const of = ({ deviceId: id }: { readonly deviceId: string }): boolean => id === deviceId;
  const place = register.places.find(of) ?? null;
  return ok({
    deviceId: device.deviceId as RegisteredDeviceDto['deviceId'],
    declared: device.place,
    place,
    node: register.topology.find(of) ?? null,
    bindings: register.bindings.filter(of).toSorted((a, b) => a.validFrom - b.validFrom),
  });
}

export interface MerchantsAsk extends PageAsk {
  readonly deviceId?: string | undefined;
  readonly merchantId?: string | undefined;
  readonly at?: number | undefined;
}

export async function listMerchants(
  services: Watched,
  caller: Caller,
  ask: MerchantsAsk,
): Promise<Result<Page<MerchantBinding>, ServiceFailure>> {
  const view = await registerView(services, caller);
  if (!view.ok) return view;
  const print = fingerprint('merchants', { ...ask });
  const after = ask.cursor === undefined ? ok(undefined) : readCursor(ask.cursor, print, ['text', 'int']);
  if (!after.ok) return after;
  const [id = '', from = 0] = after.value ?? [];
  const rows = ownPart(view.value)
    .bindings.filter((row) => isAsked(row, ask))
    .filter(({ deviceId, validFrom }) => deviceId > id || (deviceId === id && validFrom > Number(from)))
    .toSorted((a, b) => (a.deviceId === b.deviceId ? a.validFrom - b.validFrom : a.deviceId < b.deviceId ? -1 : 1));
  const items = rows.slice(0, ask.limit);
  const last = items.at(-1);
  const more = rows.length > items.length && last !== undefined;
  return ok({ items, nextCursor: more ? writeCursor(print, [last.deviceId, last.validFrom]) : null });
}

const isAsked = ({ deviceId, merchantId, validFrom, validTo }: MerchantBinding, ask: MerchantsAsk): boolean =>
  (ask.deviceId === undefined || ask.deviceId === deviceId) &&
  (ask.merchantId === undefined || ask.merchantId === merchantId) &&
  (ask.at === undefined || (validFrom <= ask.at && (validTo === null || ask.at < validTo)));
