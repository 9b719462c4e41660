/** The values of the sample: a link of each kind, and a device on it. */
export type Example = Readonly<Record<string, unknown>> | readonly unknown[] | string | number | boolean;

export interface KindSample {
  readonly link: Readonly<Record<string, unknown>> & { readonly name: string; readonly kind: string };
  /** What stands in its credentials file. */
  readonly credentials?: Readonly<Record<string, unknown>>;
  readonly device: Readonly<Record<string, unknown>> & { readonly profile: string };
}

export const headSample = {
  site: 'yb',
  agent: 'yb-b3',
  secrets: '/etc/cardwatch/agent.secrets.yaml',
  data: '/var/lib/cardwatch-agent',
  collector: { url: 'mqtts://cardwatch.example.edu.cn:8883', caFile: '/etc/cardwatch/ca.pem' },
  status: { host: '127.0.0.1', port: 8_491 },
} as const;

const bath = { campus: '宜宾校区', zone: '竹苑', building: '竹苑3号楼', area: '3号楼浴室', areaType: 'bathhouse' };

/** One for each kind of link that the registry has. */
export const kindSamples: readonly KindSample[] = [
  {
    link: { name: 'bath-1', kind: 'modbusTcp', host: '10.20.3.10' },
    device: { id: 'yb-b3-bath-01', name: '竹苑3栋浴室-01', profile: 'modbus/cardwatch/ring-shower', unit: 1, place: bath },
  },
  {
    link: { name: 'bath-2', kind: 'rtuOverTcp', host: '10.20.3.11', port: 4_001, baudRate: 9_600, parity: 'even' },
    device: { id: 'yb-b3-bath-02', name: '竹苑3栋浴室-02', profile: 'modbus/cardwatch/ring-shower', unit: 1, place: bath },
  },
  {
    link: {
      name: 'bath-3',
      kind: 'serial',
      path: '/dev/serial/by-path/platform-usb-0:1.2:1.0-port0',
      baudRate: 9_600,
      parity: 'even',
    },
    device: { id: 'yb-b3-bath-03', name: '竹苑3栋浴室-03', profile: 'modbus/cardwatch/plain-shower', unit: 1, place: bath },
  },
];
