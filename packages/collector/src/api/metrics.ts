import type { Hono } from 'hono';
import type { Services } from '../services/services.ts';
import { allowed, callerOf } from './authenticate.ts';
import type { HttpFigures } from './http-figures.ts';
import { refuse } from './respond.ts';
import type { ApiEnv, ApiSettings } from './types.ts';

/** What the process knows of itself; measured in the shell. */
export interface ProcessFigures {
  (): { readonly rssBytes: number; readonly loopDelayP99Ms: number; readonly loopDelayMaxMs: number };
}

export interface MetricParts {
  readonly services: Services;
  readonly figures: HttpFigures;
  readonly process: ProcessFigures;
  readonly settings: ApiSettings;
}

/** `GET /metrics` in the Prometheus text format: scope `metrics`, or this machine alone when so configured. */
export function bindMetrics(app: Hono<ApiEnv>, parts: MetricParts): void {
  app.get('/metrics', async (c) => {
    c.set('route', 'GET /metrics');
    const ip = c.get('ip');
    if (!(parts.settings.openMetrics && (ip === '127.0.0.1' || ip === '::1'))) {
      const authorization = c.req.header('authorization');
      const credentials = { authorization, cookie: c.req.header('cookie'), ip, secure: parts.settings.secure, use: false };
      const may = allowed(await callerOf(parts.services, credentials), 'metrics');
      if (!may.ok) return refuse(c, may.error);
    }
    c.header('Content-Type', 'text/plain; version=0.0.4; charset=utf-8');
    return c.body(`${(await metricLines(parts)).join('\n')}\n`);
  });
}

async function metricLines({ services, figures, process }: MetricParts): Promise<string[]> {
  const store = await services.read.figures();
  const { ingest, broker } = services.figures();
  const own = process();
  return [
    ...one('counter', 'cardwatch_ingest_records_total', ingest.recordsTotal),
    ...one('counter', 'cardwatch_ingest_batches_total', ingest.batchesTotal),
    ...one('counter', 'cardwatch_ingest_shed_total', ingest.shedTotal),
    ...one('counter', 'cardwatch_ingest_deferred_total', ingest.deferredTotal),
    ...one('counter', 'cardwatch_ingest_withheld_total', ingest.withheldTotal),
    ...one('gauge', 'cardwatch_ingest_queue_bytes', ingest.queueBytes),
    ...one('gauge', 'cardwatch_ingest_last_commit_seconds', (ingest.lastCommitAt ?? 0) / 1000),
    ...one('gauge', 'cardwatch_broker_up', broker.up ? 1 : 0),
    ...(broker.clients === null ? [] : one('gauge', 'cardwatch_broker_clients', broker.clients)),
    ...one('counter', 'cardwatch_broker_refused_total', broker.refusedTotal),
    ...labelled('counter', 'cardwatch_broker_refusals_total', 'reason', broker.refused),
    ...labelled('gauge', 'cardwatch_devices', 'state', store.devicesByState),
    ...labelled('gauge', 'cardwatch_agents', 'state', store.agentsByState),
    ...one('gauge', 'cardwatch_gaps_open', store.openGaps),
    ...one('gauge', 'cardwatch_dead_letters_open', store.openDeadLetters),
    ...one('gauge', 'cardwatch_store_bytes', store.sizeBytes),
    ...one('gauge', 'cardwatch_process_resident_bytes', own.rssBytes),
    ...one('gauge', 'cardwatch_event_loop_delay_p99_seconds', own.loopDelayP99Ms / 1000),
    ...one('gauge', 'cardwatch_event_loop_delay_max_seconds', own.loopDelayMaxMs / 1000),
    ...labelled('counter', 'cardwatch_link_refusals_total', 'reason', services.linkDoor.refused),
    ...figures.lines(),
  ];
}

const one = (type: 'counter' | 'gauge', name: string, value: number): string[] => [`# TYPE ${name} ${type}`, `${name} ${value}`];

const labelled = (type: 'counter' | 'gauge', name: string, label: string, counts: Readonly<Record<string, number>>): string[] => [
  `# TYPE ${name} ${type}`,
  ...Object.entries(counts).map(([value, count]) => `${name}{${label}="${value}"} ${count}`),
];
