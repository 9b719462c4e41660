/** One call of every endpoint that succeeds for whoever may make it. A row of the table without one does not compile. */
import { randomUUID } from 'node:crypto';
import type { BodyOf, EndpointName, ParamsOf, QueryOf } from '@cardwatch/contracts/api';
import { password } from './harness.ts';

export interface Sample<K extends EndpointName> {
  readonly params?: ParamsOf<K>;
  readonly query?: QueryOf<K>;
  /** Differs from call to call where a verb makes something. */
  readonly body?: (n: number) => BodyOf<K>;
}

export const samples: { readonly [K in EndpointName]: Sample<K> } = {
  setupState: {},
  setup: { body: () => ({ code: 'X', name: 'zhang', displayName: '张工', password }) },
  signIn: { body: () => ({ name: 'duty', password }) },
  session: {},
  signOut: {},
  changePassword: { body: () => ({ current: password, password }) },
  redeemReset: { body: () => ({ name: 'spare', code: 'X', password }) },
  health: {},
  overview: {},
  flow: { query: {} },
  agents: {},
  agent: { params: { agentId: 'yb-a' } },
  devices: { query: { limit: 10 } },
  device: { params: { deviceId: 'yb-a-bath-01' } },
  deviceMaintenance: { params: { deviceId: 'yb-a-bath-01' }, body: (n) => ({ maintenance: n % 2 === 0, reason: '换阀' }) },
  deviceReadings: { params: { deviceId: 'yb-a-bath-01' }, query: {} },
  deviceOperations: { params: { deviceId: 'yb-a-bath-01' } },
  operateDevice: {
    params: { deviceId: 'yb-a-bath-01' },
    body: () => ({ name: 'valveClose', reason: '检修', idempotencyKey: randomUUID() }),
  },
  events: { query: { limit: 10 } },
  passFlow: { query: {} },
  records: { query: { limit: 10 } },
  revealRecord: { params: { id: '1' }, body: () => ({ purpose: '学生投诉核对' }) },
  gaps: { query: {} },
  recollectGap: { params: { id: '1' }, body: () => ({ reason: '补采' }) },
  deadLetters: { query: {} },
  users: {},
  addUser: { body: (n) => ({ name: `made-${n}`, displayName: '新人', role: 'duty', password }) },
  disableUser: { params: { name: 'spare' } },
  enableUser: { params: { name: 'spare' } },
  unlockUser: { params: { name: 'spare' } },
  resetPassword: { params: { name: 'spare' } },
  audit: { query: {} },
};

interface Loose {
  readonly params?: Readonly<Record<string, unknown>> | undefined;
  readonly query?: Readonly<Record<string, unknown>> | undefined;
}

/** Path with its parameters and query filled in. */
export function pathOf(path: string, { params = {}, query = {} }: Loose): string {
  const filled = path.replace(/:([A-Za-z]+)/g, (_all, name: string) => encodeURIComponent(String(params[name])));
  const search = new URLSearchParams(
    Object.entries(query).map(([name, value]): [string, string] => [name, String(value)]),
  ).toString();
  return `/api/v1${filled}${search === '' ? '' : `?${search}`}`;
}
