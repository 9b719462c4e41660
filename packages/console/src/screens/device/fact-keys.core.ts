import type { DeviceDto } from '@cardwatch/contracts/api';

/** Everything that may be said of a device in one line under its name. */
export type FactKey =
  | 'model'
  | 'firmware'
  | 'serial'
  | 'lastSeen'
  | 'lastRecordAt'
  | 'lastRecordNo'
  | 'lastEventAt'
  | 'lastEventNo'
  | 'generation'
  | 'uncollected'
  | 'freeRecords'
  | 'listVersion'
  | 'parameterVersion'
  | 'sellingOffline'
  | 'drift'
  | 'rtt'
  | 'busErrors'
  | 'duplicates'
  | 'discardedParts';

type Kind = DeviceDto['kind'];

/** In their order on the page. `always`: stands there although it is not known; `told`: only when the device told it. Anything else does not apply. */
interface Sheet {
  readonly always: readonly FactKey[];
  readonly told: readonly FactKey[];
}

const terminal: readonly FactKey[] = [
  'lastRecordAt',
  'lastRecordNo',
  'uncollected',
  'freeRecords',
  'listVersion',
  'parameterVersion',
];

const sheets: Readonly<Record<Kind, Sheet>> = {
  pos: {
    always: ['model', 'lastSeen', ...terminal, 'sellingOffline', 'drift'],
    told: ['firmware', 'serial', 'generation', 'lastEventAt', 'rtt', 'busErrors', 'duplicates'],
  },
  shower: {
    always: ['model', 'firmware', 'lastSeen', ...terminal, 'drift'],
    told: ['serial', 'generation', 'lastEventAt', 'rtt', 'busErrors', 'duplicates'],
  },
  gate: {
    always: ['model', 'firmware', 'serial', 'lastSeen', 'lastEventAt', 'lastEventNo', 'drift', 'discardedParts'],
    told: ['uncollected', 'rtt', 'duplicates'],
  },
  meter: {
    always: ['model', 'serial', 'lastSeen'],
    told: ['firmware', 'lastRecordAt', 'uncollected', 'lastEventAt', 'drift', 'rtt', 'busErrors', 'duplicates'],
  },
  network: { always: ['model', 'lastSeen', 'rtt'], told: ['firmware', 'serial', 'lastEventAt'] },
  other: {
    always: ['model', 'lastSeen'],
    told: [
      'firmware',
      'serial',
      ...terminal,
      'generation',
      'lastEventAt',
      'drift',
      'rtt',
      'busErrors',
      'duplicates',
      'discardedParts',
    ],
  },
};

const order: readonly FactKey[] = [
  'model',
  'firmware',
  'serial',
  'lastSeen',
  'lastRecordAt',
  'lastRecordNo',
  'lastEventAt',
  'lastEventNo',
  'generation',
  'uncollected',
  'freeRecords',
  'listVersion',
  'parameterVersion',
  'sellingOffline',
  'drift',
  'rtt',
  'busErrors',
  'duplicates',
  'discardedParts',
];

/** Which facts a device of this kind has; `isTold` says whether a fact is known. */
export function factKeys(kind: Kind, isTold: (key: FactKey) => boolean): readonly FactKey[] {
  const { always, told } = sheets[kind];
  return order.filter((key) => always.includes(key) || (told.includes(key) && isTold(key)));
}
