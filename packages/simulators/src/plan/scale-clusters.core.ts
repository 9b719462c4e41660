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
  const windows = (name: string, count: number, area: string, rest: (at: number) => Pick<DeviceInput, 'profile' | 'address'>) =>
    numbers(count).map(
      (at): DeviceInput => ({
        deviceId: `${name}-${two(at)}`,
        name: `${building}${area}${at}号窗口`,
        place: place(area),
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
  ];
}

function dorm(no: number): readonly Portless[] {
  const agent = `dm${two(no)}-a`;
  const building = `学生公寓${no}栋`;
  const place: PlaceInput = { campus: '主校区', building, area: '大厅', areaType: 'dorm' };
  const lanes = (name: string, count: number, rest: (at: number) => Pick<DeviceInput, 'profile' | 'address'>) =>
    numbers(count).map(
      (at): DeviceInput => ({
        deviceId: `${name}-${two(at)}`,
        name: `${building}${name.endsWith('zk') ? '侧门' : '正门'}${at}号通道`,
        place,
        ...rest(at),
      }),
    );
  return [
    {
      kind: 'isapi',
      name: `dm${two(no)}-hik`,
      agent,
      devices: lanes(`dm${two(no)}-hik`, 4, (at) => ({
        profile: 'isapi/hikvision/ds-k1t',
        address: `127.0.${no}.${10 + at}`,
      })),
    },
    {
      kind: 'zkpush',
      name: `dm${two(no)}-zk`,
      agent,
      devices: lanes(`dm${two(no)}-zk`, 2, (at) => ({
        profile: 'zkpush/cardwatch/access-gate',
        address: `CJDE${two(no)}${String(at).padStart(6, '0')}`,
      })),
    },
  ];
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
