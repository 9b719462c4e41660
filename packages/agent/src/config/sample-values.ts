/** The values of the sample: a link of each kind, and a device on it. */
export type Example = Readonly<Record<string, unknown>> | readonly unknown[] | string | number | boolean;

export interface SampleDevice {
  readonly id: string;
  readonly name: string;
  readonly profile: string;
  readonly [key: string]: unknown;
}

export interface KindSample {
  readonly link: Readonly<Record<string, unknown>> & { readonly name: string; readonly kind: string };
  /** What stands in its credentials file. */
  readonly credentials?: Readonly<Record<string, unknown>>;
  readonly devices: readonly SampleDevice[];
}

export const headSample = {
  site: 'yb',
  agent: 'yb-b3',
  secrets: '/etc/cardwatch/agent.secrets.yaml',
  data: '/var/lib/cardwatch-agent',
  collector: { url: 'mqtts://cardwatch.example.edu.cn:8883', caFile: '/etc/cardwatch/ca.pem' },
  status: { host: '127.0.0.1', port: 8_491 },
  watchCollector: {
    url: 'https://cardwatch.example.edu.cn/api/v1/health',
    caFile: '/etc/cardwatch/ca.pem',
    token: '/etc/cardwatch/health.token',
    tell: [
      { by: 'webhook', name: 'duty-room', url: 'https://duty.example.edu.cn/cardwatch', secret: '/etc/cardwatch/duty-room.key' },
      { by: 'wecom', name: 'duty-group', key: '/etc/cardwatch/duty-group.key' },
      { by: 'dingtalk', name: 'lead-group', token: '/etc/cardwatch/lead.token', sign: '/etc/cardwatch/lead.sign' },
      {
        by: 'mail',
        name: 'duty-mail',
        host: 'mail.example.edu.cn',
        user: 'cardwatch',
        password: '/etc/cardwatch/mail.password',
        from: 'cardwatch@example.edu.cn',
        to: ['duty@example.edu.cn'],
      },
    ],
  },
} as const;

const bath = { campus: '宜宾校区', zone: '竹苑', building: '竹苑3号楼', area: '3号楼浴室', areaType: 'bathhouse' };

const canteen = { campus: '宜宾校区', building: '一食堂', areaType: 'canteen' };
const dorm = { campus: '宜宾校区', zone: '竹苑', building: '竹苑3号楼', areaType: 'dorm' };
const room = { campus: '宜宾校区', building: '一食堂', area: '弱电间', areaType: 'other' };

/** At least one for each kind of link that the registry has. */
export const kindSamples: readonly KindSample[] = [
  {
    link: { name: 'bath-1', kind: 'modbusTcp', host: '10.20.3.10' },
    devices: [{ id: 'yb-b3-bath-01', name: '竹苑3栋浴室-01', profile: 'modbus/cardwatch/ring-shower', unit: 1, place: bath }],
  },
  {
    link: { name: 'bath-2', kind: 'rtuOverTcp', host: '10.20.3.11', port: 4_001, baudRate: 9_600, parity: 'even' },
    devices: [
      { id: 'yb-b3-bath-02', name: '竹苑3栋浴室-02', profile: 'modbus/cardwatch/ring-shower', unit: 1, place: bath },
      {
        id: 'yb-b3-meter-01',
        name: '竹苑3栋热水表-01',
        profile: 'cjt188/cardwatch/hot-water-meter',
        address: '00000512345678',
        wire: { baudRate: 2_400 },
        place: bath,
      },
      {
        id: 'yb-b3-meter-02',
        name: '竹苑3栋电表-02',
        profile: 'dlt645/cardwatch/single-phase-meter',
        address: '000012345678',
        place: dorm,
      },
    ],
  },
  {
    link: {
      name: 'bath-3',
      kind: 'serial',
      path: '/dev/serial/by-path/platform-usb-0:1.2:1.0-port0',
      baudRate: 9_600,
      parity: 'even',
    },
    devices: [{ id: 'yb-b3-bath-03', name: '竹苑3栋浴室-03', profile: 'modbus/cardwatch/plain-shower', unit: 1, place: bath }],
  },
  {
    link: { name: 'canteen-1', kind: 'iso8583', mode: 'frontEnd', listen: { host: '10.20.5.2', port: 9_100 } },
    credentials: { macKey: '0123456789ABCDEF' },
    devices: [
      { id: 'yb-c1-pos-01', name: '一食堂-01', profile: 'iso8583/unionpay/terminal', terminal: '10010001', place: canteen },
    ],
  },
  {
    link: { name: 'canteen-2', kind: 'framedTcp', host: '10.20.5.10', port: 4_001 },
    devices: [{ id: 'yb-c1-pos-31', name: '一食堂-31', profile: 'framed/cardwatch/index-pos', unit: 31, place: canteen }],
  },
  {
    link: { name: 'gates-1', kind: 'isapi', port: 80, push: { host: '10.20.6.2', port: 8_089 } },
    credentials: { user: 'cardwatch', password: 'as set on the terminals' },
    devices: [
      {
        id: 'yb-b3-gate-01',
        name: '竹苑3栋东门',
        profile: 'isapi/hikvision/ds-k1t',
        host: '10.20.6.31',
        readers: { '1': 'in', '2': 'out' },
        place: dorm,
        parents: ['yb-net-01'],
        identity: 'DS-K1T671M20260101V030300ENA00000001',
      },
    ],
  },
  {
    link: { name: 'gates-2', kind: 'dahua', port: 80 },
    credentials: { user: 'cardwatch', password: 'as set on the terminals' },
    devices: [
      { id: 'yb-b3-gate-02', name: '竹苑3栋西门', profile: 'dahua/dahua/asi', host: '10.20.6.32', direction: 'in', place: dorm },
    ],
  },
  {
    link: { name: 'gates-3', kind: 'zkpush', listen: { host: '10.20.6.2', port: 8_081 } },
    devices: [
      {
        id: 'yb-b3-gate-03',
        name: '竹苑3栋北门',
        profile: 'zkpush/cardwatch/attendance-gate',
        serial: 'CKJG260100001',
        direction: 'in',
        place: dorm,
      },
    ],
  },
  {
    link: { name: 'gates-4', kind: 'onvif', port: 80 },
    credentials: { user: 'cardwatch', password: 'as-set-on-the-device' },
    devices: [
      { id: 'yb-b3-gate-04', name: '竹苑3栋南门', profile: 'onvif/cardwatch/profile-c-door', host: '10.20.6.34', place: dorm },
    ],
  },
  {
    link: { name: 'network', kind: 'snmp', version: '2c' },
    credentials: { community: 'as set on the switches' },
    devices: [
      {
        id: 'yb-net-01',
        name: '一食堂交换机',
        profile: 'snmp/generic/poe-switch',
        host: '10.20.0.2',
        watchPorts: [1, 24],
        place: room,
      },
    ],
  },
  {
    link: { name: 'hosts', kind: 'ping' },
    devices: [{ id: 'yb-net-02', name: '食堂网关', profile: 'ping/generic/host', host: '10.20.0.1', place: room }],
  },
];
