import { z } from 'zod';
import type { Campus } from '../campus/campus.ts';
import { ClusterFaultOrder, type Clusters, faultTypesOf } from '../clusters/clusters.ts';
import { FaultOrder } from '../faults/fault.ts';
import type { Line } from '../line/line.ts';
import { steadyLimits } from '../people/steady.ts';

export const truthRecordsPageMax = 50_000;

export interface Reply {
  readonly status: number;
  readonly body: unknown;
}

export interface Request {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  /** Undefined when there was none. */
  readonly body: unknown;
}

export interface Simulated {
  readonly campus: Campus;
  readonly lines: readonly Line[];
  readonly clusters: Clusters;
}

const RateOrder = z.strictObject({
  ratePerSecond: z.number().min(0).max(steadyLimits.ratePerSecond),
  onFull: z.enum(['wait', 'overwrite']).default('wait'),
});

type Route = (simulated: Simulated, request: Request) => Reply;

const routes: Readonly<Record<string, Route>> = {
  'GET /health': ({ campus }) => ok(healthOf(campus)),
  'GET /lines': ({ lines }) => ok({ lines: lines.map(lineView) }),
  'GET /clusters': ({ clusters }) => ok({ clusters: clusters.all.map(clusterView) }),
  'POST /clusters/faults': strikeCluster,
  'DELETE /clusters/faults': healCluster,
  'GET /truth': ({ campus }) => ok(truthOf(campus)),
  'GET /truth/passes': ({ campus }) => ok({ gates: campus.truth.passes() }),
  'GET /truth/overwritten': ({ campus }) => ok({ devices: campus.truth.overwritten() }),
  'GET /truth/records': truthRecords,
  'GET /faults': ({ campus }) => ok({ faults: campus.desk.labels() }),
  'POST /faults': orderFault,
  'POST /stop-demand': ({ campus }) => {
    campus.stopDemand();
    return ok(healthOf(campus));
  },
  'POST /start-demand': ({ campus }) => {
    campus.startDemand();
    return ok(healthOf(campus));
  },
  'POST /rate': setRate,
};

/** Answers one request; every body is JSON. */
export function answer(simulated: Simulated, request: Request): Reply {
  const fault = /^\/faults\/([a-z0-9]{1,32})$/.exec(request.path)?.[1];
  if (fault !== undefined && request.method === 'DELETE')
    return simulated.campus.desk.clear(fault) ? ok({ cleared: fault }) : refused(404, `no active fault ${fault}`);
  const route = routes[`${request.method} ${request.path}`];
  return route === undefined
    ? refused(404, `known: ${Object.keys(routes).join(', ')}, DELETE /faults/:id`)
    : route(simulated, request);
}

export const refused = (status: number, error: string): Reply => ({ status, body: { error } });
const ok = (body: unknown): Reply => ({ status: 200, body });

function healthOf(campus: Campus): unknown {
  const { bathers, steady, clock, truth, plan } = campus;
  return {
    up: true,
    campus: plan.name,
    campusTime: clock.text(campus.moment().campusMs),
    speed: clock.speed,
    demand: bathers.on || steady.ratePerSecond > 0,
    running: bathers.running + steady.running,
    ratePerSecond: steady.ratePerSecond,
    records: truth.recordCount,
    uncollected: campus.ringShowers().reduce((sum, { ring }) => sum + ring.held, 0),
  };
}

const truthOf = (campus: Campus): unknown => ({
  devices: campus.truth.rows(),
  meters: campus.plainShowers().map((device) => ({ deviceId: device.deviceId, ...device.sums })),
  faults: campus.desk.labels(),
});

const lineView = ({ plan, bus, address, port, clients }: Line): unknown => ({
  name: plan.name,
  kind: plan.kind,
  agent: plan.agent,
  address,
  port,
  baudRate: plan.baudRate,
  paceBytes: plan.paceBytes,
  clients: clients(),
  counts: bus.counts,
  devices: plan.devices.map(({ unit, deviceId, model, name }) => ({ unit, deviceId, model, name })),
});

function truthRecords({ campus }: Simulated, { query }: Request): Reply {
  const deviceId = query.get('deviceId');
  if (deviceId === null) return refused(400, 'deviceId is missing');
  const from = { generation: number(query.get('generation'), 0), recordNo: number(query.get('from'), 0) };
  const limit = Math.min(number(query.get('limit'), truthRecordsPageMax), truthRecordsPageMax);
  return ok({ deviceId, records: campus.truth.records(deviceId, from, limit) });
}

const number = (text: string | null, otherwise: number): number =>
  text !== null && /^\d{1,10}$/.test(text) ? Number(text) : otherwise;

function orderFault({ campus }: Simulated, { body }: Request): Reply {
  const order = FaultOrder.safeParse(body);
  if (!order.success) return refused(400, z.prettifyError(order.error));
  const label = campus.desk.order(order.data);
  if (label.ok) return ok(label.value);
  switch (label.error.kind) {
    case 'unknownTarget':
      return refused(404, `no device or line ${label.error.target}`);
    case 'unsupported':
      return refused(409, label.error.detail);
    case 'tooMany':
      return refused(429, `at most ${label.error.max} active faults`);
  }
}

const clusterView = ({ plan, cluster }: Clusters['all'][number]): unknown => ({
  name: plan.name,
  kind: plan.kind,
  agent: plan.agent,
  endpoint: cluster.endpoint,
  faultTypes: faultTypesOf({ plan, cluster }),
  devices: plan.devices.map(({ deviceId, name, profile, address }) => ({ deviceId, name, profile, address })),
});

function strikeCluster({ clusters }: Simulated, { body }: Request): Reply {
  const order = ClusterFaultOrder.safeParse(body);
  if (!order.success) return refused(400, z.prettifyError(order.error));
  const struck = clusters.strike(order.data);
  if (struck.ok) return ok(order.data);
  return refused(struck.error.kind === 'unknownTarget' ? 404 : 409, struck.error.detail);
}

function healCluster({ clusters }: Simulated, { query }: Request): Reply {
  const [cluster, type] = [query.get('cluster'), query.get('type')];
  if (cluster === null || type === null) return refused(400, 'cluster and type are needed');
  const healed = clusters.heal(cluster, type, query.get('deviceId') ?? undefined);
  return healed ? ok({ healed: cluster, type }) : refused(404, `no cluster ${cluster}`);
}

function setRate({ campus }: Simulated, { body }: Request): Reply {
  const order = RateOrder.safeParse(body);
  if (!order.success) return refused(400, z.prettifyError(order.error));
  campus.setRate(order.data.ratePerSecond, order.data.onFull);
  return ok(healthOf(campus));
}
