/** The register as a sheet that `preview` reads back without a change: a device with several merchants has a row for each. */
import type { DevicePlace, MerchantBinding, TopologyNode } from '@cardwatch/contracts/watch';
import { endText, upstreamText } from './cells.core.ts';
import { columns, headers } from './columns.core.ts';
import { indexed } from './device-changes.core.ts';
import type { RegisterSheet } from './read-rows.core.ts';
import { dayText, type Register } from './register.core.ts';

/** `known`: devices that have a row also when nothing is registered of them: an empty form to fill in. */
export function exportRows(register: Register, known: Iterable<string>, language: 'zh' | 'en'): RegisterSheet {
  const { places, topology, bindings } = indexed(register);
  const ids = new Set([...known, ...places.keys(), ...topology.keys(), ...bindings.keys()]);
  const rows = [...ids].toSorted().flatMap((deviceId) => {
    const fixed = [deviceId, ...placeCells(places.get(deviceId)), ...wayCells(topology.get(deviceId))];
    const merchants = (bindings.get(deviceId) ?? []).toSorted((a, b) => a.validFrom - b.validFrom);
    return merchants.length === 0
      ? [[...fixed, '', '', '', '']]
      : merchants.map((binding) => [...fixed, ...bindingCells(binding)]);
  });
  return { header: columns.map((column) => headers[column][language]), rows };
}

function placeCells(place: DevicePlace | undefined): readonly string[] {
  const [campus = '', building = '', area = ''] = place?.area.split('/') ?? [];
  return [campus, place?.zone ?? '', building, area, place?.cluster ?? ''];
}

const wayCells = (node: TopologyNode | undefined): readonly string[] => [upstreamText(node?.upstream ?? []), node?.port ?? ''];

const bindingCells = ({ merchantId, merchantName, validFrom, validTo }: MerchantBinding): readonly string[] => [
  merchantId,
  merchantName,
  dayText(validFrom),
  validTo === null ? '' : endText(validTo),
];
