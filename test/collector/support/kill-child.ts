/** A collector that is killed: either by itself, between the commit and its first acknowledgement, or by whoever started it. */
import { createIngest } from '@cardwatch/collector/ingest';
import { openIngestThread } from '@cardwatch/collector/store';
import { createCollectorCore } from '@cardwatch/collector';
import { AgentId, SiteId } from '@cardwatch/contracts';
import { silentLogger } from '@cardwatch/kernel';
import { realClock } from './core.ts';

export type KillOrder =
  /** Commits the batch and dies where it would acknowledge. */
  | { readonly mode: 'atAck'; readonly file: string; readonly batchBase64: string }
  /** Serves MQTT until it is killed. */
  | { readonly mode: 'serve'; readonly folder: string };

async function atAck({ file, batchBase64 }: Extract<KillOrder, { mode: 'atAck' }>): Promise<void> {
  const { store } = await openIngestThread(file);
  const ingest = createIngest({
    store,
    clock: realClock,
    log: silentLogger,
    publish: () => process.kill(process.pid, 'SIGKILL'),
    audit: () => {},
    uuid: () => '00000000-0000-4000-8000-000000000001',
  });
  ingest.receive({ site: SiteId.parse('demo'), agent: AgentId.parse('yb-1') }, 'money', Buffer.from(batchBase64, 'base64'));
}

async function serve({ folder }: Extract<KillOrder, { mode: 'serve' }>): Promise<void> {
  const core = await createCollectorCore({
    dataDir: folder,
    mqtt: { host: '127.0.0.1', port: 0 },
    clock: realClock,
    log: silentLogger,
  });
  process.send?.({ port: core.broker.port });
}

process.once('message', (order: KillOrder) => {
  void (order.mode === 'atAck' ? atAck(order) : serve(order));
});
