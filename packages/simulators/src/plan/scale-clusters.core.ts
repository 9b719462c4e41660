import type { PlanCluster } from '../clusters/plan-cluster.ts';
import type { z } from 'zod';

type ClusterInput = z.input<typeof PlanCluster>;
type DeviceInput = ClusterInput['devices'][number];
type PlaceInput = DeviceInput['place'];

export interface ClusterCounts {
  readonly canteens: number;
  readonly dorms: number;
  readonly bathHouses: number;
}

/** Canteens, dorms and bath-house meters: each canteen and each dorm has an agent of its own, the meters belong to the showers' agent. */
export function clustersOf(counts: ClusterCounts, portOf: (index: number) => number): readonly ClusterInput[] {
  const clusters = [
    ...numbers(counts.canteens).flatMap(canteen),
    ...numbers(counts.dorms).flatMap(dorm),
    ...numbers(counts.bathHouses).flatMap((no) => meters(no, counts.bathHouses)),
  ];
  return clusters.map((cluster, index) => ({ ...cluster, port: portOf(index) }));
}

type Portless = Omit<ClusterInput, 'port'>;

const numbers = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index + 1);
const two = (value: number): string => String(value).padStart(2, '0');

function canteen(no: number): readonly Portless[] {
  const agent = `ct${two(no)}-a`;
  const building = `第${no}食堂`;
  const place = (area: string): PlaceInput => ({ campus: '主校区', building, area, areaType: 'canteen' });
  const parents = [`ct${two(no)}-net-01`];
  type Rest = (at: number) => Pick<DeviceInput, 'profile' | 'address'>;
  const windows = (name: string, count: number, area: string, rest: Rest) =>
    numbers(count).map(
      (at): DeviceInput => ({
        deviceId: `${name}-${two(at)}`,
        name: `${building}${area}${at}号窗口`,
        place: place(area),
        parents,
        ...rest(at),
      }),
    );
  return [
    {
      kind: 'iso8583',
      name: `ct${two(no)}-pos`,
      agent,
      devices: windows(`ct${two(no)}-pos`, 12, '一楼', (at) => ({
        profile: 'iso8583/unionpay/terminal',
        address: `CT${two(no)}${String(at).padStart(4, '0')}`,
      })),
    },
    {
      kind: 'framed',
      name: `ct${two(no)}-bus`,
      agent,
      devices: windows(`ct${two(no)}-bus`, 6, '二楼', (at) => ({
        profile: 'framed/cardwatch/index-pos',
        address: String(at),
      })),
    },
    {
      kind: 'framed',
      name: `ct${two(no)}-page`,
      agent,
      devices: windows(`ct${two(no)}-page`, 4, '小吃街', (at) => ({
        profile: 'framed/cardwatch/page-pos',
        address: String(at),
      })),
    },
    network(`ct${two(no)}-net`, agent, place('弱电间'), [['食堂接入交换机', 'snmp/generic/poe-switch', `127.0.${no}.201`]]),
  ];
}

function dorm(no: number): readonly Portless[] {
  const agent = `dm${two(no)}-a`;
  const building = `学生公寓${no}栋`;
  const place: PlaceInput = { campus: '主校区', building, area: '大厅', areaType: 'dorm' };
  const parents = [`dm${two(no)}-net-01`];
  type Rest = (at: number) => Pick<DeviceInput, 'profile' | 'address'>;
  const lanes = (kind: string, door: string, count: number, rest: Rest) =>
    numbers(count).map(
      (at): DeviceInput => ({
        deviceId: `dm${two(no)}-${kind}-${two(at)}`,
        name: `${building}${door}${at}号通道`,
        place,
        parents,
        ...rest(at),
      }),
    );
  return [
    {
      kind: 'isapi',
      name: `dm${two(no)}-hik`,
      agent,
      devices: lanes('hik', '正门', 4, (at) => ({
        profile: 'isapi/hikvision/ds-k1t',
        address: `127.0.${no}.${10 + at}`,
      })),
    },
    {
      kind: 'zkpush',
      name: `dm${two(no)}-zk`,
      agent,
      devices: lanes('zk', '侧门', 2, (at) => ({
        profile: 'zkpush/cardwatch/access-gate',
        address: `CJDE${two(no)}${String(at).padStart(6, '0')}`,
      })),
    },
    {
      kind: 'dahua',
      name: `dm${two(no)}-dh`,
      agent,
      devices: lanes('dh', '后门', 1, () => ({ profile: 'dahua/dahua/asi', address: `127.0.${no}.31` })),
    },
    {
      kind: 'onvif',
      name: `dm${two(no)}-ov`,
      agent,
      devices: lanes('ov', '车库', 1, () => ({ profile: 'onvif/cardwatch/profile-c-door', address: `127.0.${no}.41` })),
    },
    network(`dm${two(no)}-net`, agent, { ...place, area: '弱电间' }, [
      ['公寓接入交换机', 'snmp/generic/poe-switch', `127.0.${no}.211`],
      ['公寓不间断电源', 'snmp/generic/ups', `127.0.${no}.212`],
    ]),
  ];
}

/** Switches, UPS and serial servers: title, profile, address. */
function network(
  name: string,
  agent: string,
  place: PlaceInput,
  nodes: readonly (readonly [title: string, profile: string, address: string])[],
): Portless {
  const devices = nodes.map(
    ([title, profile, address], at): DeviceInput => ({
      deviceId: `${name}-${two(at + 1)}`,
      name: `${place.building ?? ''}${title}`,
      place: { ...place, areaType: 'other' },
      profile,
      address,
    }),
  );
  return { kind: 'network', name, agent, devices };
}

function meters(no: number, of: number): readonly Portless[] {
  const name = of === 1 ? 'yb-m1' : `yb${two(no)}-m1`;
  const place: PlaceInput = { campus: '宜宾校区', building: `${no}号浴室`, area: '设备间', areaType: 'bathhouse' };
  const meter = (at: number, title: string, profile: string, address: string): DeviceInput => ({
    deviceId: `${name}-${two(at)}`,
    name: `${no}号浴室${title}`,
    place,
    profile,
    address,
  });
  return [
    {
      kind: 'meters',
      name,
      agent: of === 1 ? 'yb-a' : `yb${two(no)}-a`,
      devices: [
        meter(1, '冷水总表', 'cjt188/cardwatch/cold-water-meter', `0000202611${two(no)}01`),
        meter(2, '热水总表', 'cjt188/cardwatch/hot-water-meter', `0000202611${two(no)}02`),
        meter(3, '电表', 'dlt645/cardwatch/single-phase-meter', `00202611${two(no)}03`),
      ],
    },
  ];
}
