/**
 * The register as CSV: `deviceId,upstream,port,merchantId,merchantName,validFrom`. `upstream` has groups separated by blanks, the ways of one group by `|`:
 * `sw-1|sw-2 ups-1` needs one of the two switches and the UPS. `validFrom` is a day of Asia/Shanghai. An empty merchant binds none.
 */
import { DeviceId } from '@cardwatch/contracts';
import type { RegisterPreviewDto } from '@cardwatch/contracts/api';
import { MerchantBinding, TopologyNode } from '@cardwatch/contracts/watch';
import { epochMs } from '@cardwatch/kernel';
import { dayName, dayNumberFromName, dayNumberOf, startOfDay } from '../../core/calendar/day.core.ts';

export const registerLimits = { lines: 2_000, faults: 200 } as const;
export const registerHead = ['deviceId', 'upstream', 'port', 'merchantId', 'merchantName', 'validFrom'] as const;

type Fault = RegisterPreviewDto['faults'][number];
export interface Register {
  readonly nodes: readonly TopologyNode[];
  readonly bindings: readonly MerchantBinding[];
}

/** The latest binding of each terminal. */
export function registerRows({ nodes, bindings }: Register): string[][] {
  const merchants = new Map(bindings.filter(({ validTo }) => validTo === null).map((one) => [one.deviceId, one]));
  const byId = new Map(nodes.map((node) => [node.deviceId, node]));
  const ids = [...new Set([...byId.keys(), ...merchants.keys()])].toSorted();
  return ids.map((id) => {
    const [node, merchant] = [byId.get(id), merchants.get(id)];
    const upstream = node?.upstream.map(({ parents }) => parents.join('|')).join(' ') ?? '';
    const from = merchant === undefined ? '' : dayOf(merchant.validFrom);
    return [id, upstream, node?.port ?? '', merchant?.merchantId ?? '', merchant?.merchantName ?? '', from];
  });
}

/** Rows below the head line; each fault names its line, counted from 1 with the head. */
export function readRegister(rows: readonly (readonly string[])[]): { readonly register: Register; readonly faults: Fault[] } {
  const [head = [], ...lines] = rows;
  const faults: Fault[] = [];
  const nodes = new Map<string, TopologyNode>();
  const bindings: MerchantBinding[] = [];
  if (head.join() !== registerHead.join())
    faults.push({ line: 1, place: 'head', value: head.join().slice(0, 200), expected: registerHead.join() });
  if (lines.length > registerLimits.lines)
    faults.push({
      line: registerLimits.lines + 2,
      place: 'lines',
      value: String(lines.length),
      expected: `<= ${registerLimits.lines}`,
    });
  for (const [i, cells] of (faults.length === 0 ? lines : []).entries()) {
    const read = readLine(cells, i + 2);
    if ('place' in read) faults.push(read);
    else if (nodes.has(read.node.deviceId))
      faults.push({ line: i + 2, place: 'deviceId', value: read.node.deviceId, expected: 'once' });
    else {
      nodes.set(read.node.deviceId, read.node);
      if (read.binding !== undefined) bindings.push(read.binding);
    }
  }
  return { register: { nodes: [...nodes.values()], bindings }, faults: faults.slice(0, registerLimits.faults) };
}

type Line = { readonly node: TopologyNode; readonly binding: MerchantBinding | undefined };

function readLine(cells: readonly string[], line: number): Line | Fault {
  const fault = (place: string, value: string, expected: string): Fault => ({
    line,
    place,
    value: value.slice(0, 200),
    expected,
  });
  if (cells.length !== registerHead.length) return fault('columns', String(cells.length), String(registerHead.length));
  const [id = '', upstream = '', port = '', merchantId = '', merchantName = '', validFrom = ''] = cells;
  const ways = upstream
    .split(' ')
    .filter((group) => group !== '')
    .map((group) => group.split('|'));
  const stranger = [id, ...ways.flat()].find((one) => !DeviceId.safeParse(one).success);
  if (stranger !== undefined) return fault(stranger === id ? 'deviceId' : 'upstream', stranger, 'a-z 0-9 - (1..63)');
  if (ways.flat().includes(id)) return fault('upstream', id, 'another device');
  const groups = ways.map((parents, i) => ({ name: String(i + 1), parents }));
  const node = TopologyNode.safeParse({ deviceId: id, upstream: groups, port: port === '' ? null : port, source: 'person' });
  if (!node.success) return fault(node.error.issues[0]?.path.join('.') ?? 'line', upstream, node.error.issues[0]?.message ?? '');
  if (merchantId === '') return merchantName === '' ? { node: node.data, binding: undefined } : fault('merchantId', '', 'an id');
  const from = timeOf(validFrom);
  if (from === undefined) return fault('validFrom', validFrom, 'YYYY-MM-DD');
  const binding = MerchantBinding.safeParse({ deviceId: id, merchantId, merchantName, validFrom: from, validTo: null });
  if (!binding.success)
    return fault(binding.error.issues[0]?.path.join('.') ?? 'line', merchantName, binding.error.issues[0]?.message ?? '');
  return { node: node.data, binding: binding.data };
}

function timeOf(day: string): number | undefined {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(day)) return undefined;
  const number = dayNumberFromName(day);
  return number === undefined || number < 1 ? undefined : startOfDay(number);
}

const dayOf = (at: number): string => dayName(dayNumberOf(epochMs(at)));
