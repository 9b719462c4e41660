/** Single edits as plans: of one device, of one merchant, of one link that was suggested. */
import type { DeviceId } from '@cardwatch/contracts';
import type { MerchantBinding, TopologyNode, TopologySuggestion } from '@cardwatch/contracts/watch';
import { type EpochMs, err, ok, type Result } from '@cardwatch/kernel';
import { layBindings } from './bindings.core.ts';
import { nodeEdit, placeEdit, type Ways } from './device-changes.core.ts';
import type { RowBinding, RowPlace } from './read-rows.core.ts';
import { bindingKey, type Register, type RegisterPlan } from './register.core.ts';
import type { RowError } from './row-error.core.ts';

export interface DeviceEdit extends Ways {
  readonly deviceId: DeviceId;
  /** null: taken away. undefined: as it is. */
  readonly place: RowPlace | null | undefined;
}

export function editPlan(register: Register, { deviceId, place, ...ways }: DeviceEdit): RegisterPlan {
  const placeBefore = register.places.find((each) => each.deviceId === deviceId) ?? null;
  return [placeEdit(deviceId, placeBefore, place), nodeEdit(deviceId, nodeOf(register, deviceId), ways)].filter(
    (edit) => edit !== null,
  );
}

const nodeOf = ({ topology }: Register, deviceId: string): TopologyNode | null =>
  topology.find((each) => each.deviceId === deviceId) ?? null;

/** The merchant before ends when this one begins; a fault is told as it is of a row. */
export function bindPlan(
  { bindings }: Register,
  deviceId: DeviceId,
  binding: RowBinding,
  now: EpochMs,
): Result<RegisterPlan, RowError> {
  const current = bindings.filter((each) => each.deviceId === deviceId);
  const { edits, errors } = layBindings({ deviceId, current }, [{ row: 1, binding }], now);
  const [error] = errors;
  return error === undefined ? ok(edits.map(({ edit }) => edit)) : err(error);
}

export type EndFailure = 'notFound' | 'endBeforeStart';

/** A binding that has ended may be given another end. */
export function endPlan(
  { bindings }: Register,
  { deviceId, validFrom, validTo }: Pick<MerchantBinding, 'deviceId' | 'validFrom'> & { readonly validTo: number },
): Result<RegisterPlan, EndFailure> {
  const before = bindings.find((each) => each.deviceId === deviceId && each.validFrom === validFrom);
  if (before === undefined) return err('notFound');
  if (validTo <= validFrom) return err('endBeforeStart');
  if (before.validTo === validTo) return ok([]);
  return ok([{ table: 'bindings', key: bindingKey(before), before, after: { ...before, validTo } }]);
}

/** alternative: stands in for the ways of the first group. another: is needed beside them. instead: takes their place. */
export type ConfirmAs = 'alternative' | 'another' | 'instead';

/** Empty: the link is drawn already. */
export function confirmPlan(register: Register, suggestion: TopologySuggestion, as: ConfirmAs): RegisterPlan {
  const { deviceId, parent, port } = suggestion;
  const before = nodeOf(register, deviceId);
  const drawn = before?.upstream ?? [];
  if (as !== 'instead' && drawn.some(({ parents }) => parents.includes(parent))) return [];
  const [first, ...others] = drawn;
  const own = { name: 'uplink', parents: [parent] };
  const beside = first === undefined ? [own] : [{ ...first, parents: [...first.parents, parent] }, ...others];
  const upstream = as === 'instead' ? [own] : as === 'another' ? [...drawn, own] : beside;
  const portNow = as === 'instead' ? port : (before?.port ?? port);
  const after: TopologyNode = { deviceId, upstream, port: portNow, source: 'suggestion' };
  return [{ table: 'topology', key: deviceId, before, after }];
}
