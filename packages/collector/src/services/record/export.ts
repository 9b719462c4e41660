import type { RecordDto } from '@cardwatch/contracts/api';
import { err, ok, type Result, yuanFromFen } from '@cardwatch/kernel';
import { auditOf, type Caller } from '../caller.ts';
import type { ServiceFailure } from '../failure.ts';
import type { Services } from '../services.ts';
import { csvLine } from './csv.core.ts';

export interface ExportAsk {
  /** Device time, `from` included, `to` excluded, epoch ms. */
  readonly from: number;
  readonly to: number;
  readonly format: 'csv' | 'ndjson';
}

const pageRows = 500;

/** Records as lines of text, newest first, cards masked; `write` gets a page at a time. Audited before the first. */
export async function exportRecords(
  services: Pick<Services, 'people' | 'read' | 'clock'>,
  caller: Caller,
  { ask, write }: { readonly ask: ExportAsk; readonly write: (text: string) => Promise<void> },
): Promise<Result<number, ServiceFailure>> {
  const { from, to, format } = ask;
  if (to <= from) return err({ kind: 'invalid', place: 'to', expected: '> from' });
  const act = { action: 'record.export', object: `${from}..${to}`, result: 'ok', detail: { format } };
  await services.people.appendAudit(auditOf(caller, act, services.clock.now()));
  if (format === 'csv') await write(csvLine(columns.map(([name]) => name)));
  let rows = 0;
  for (let cursor: string | undefined; ; ) {
    const page = await services.read.records({ from, to, cursor, limit: pageRows });
    if (!page.ok) return page;
    const { items, nextCursor } = page.value;
    if (items.length > 0) await write(items.map(format === 'csv' ? csvRow : (record) => JSON.stringify(record)).join('\n'));
    rows += items.length;
    if (nextCursor === null) return ok(rows);
    cursor = nextCursor;
  }
}

const csvRow = (record: RecordDto): string => csvLine(columns.map(([, cell]) => cell(record)));

const yuan = (fen: number | null): string | null => (fen === null ? null : yuanFromFen(fen));

const columns: readonly (readonly [string, (record: RecordDto) => string | number | null])[] = [
  ['id', (record) => record.id],
  ['deviceId', (record) => record.deviceId],
  ['deviceName', (record) => record.deviceName],
  ['generation', (record) => record.generation],
  ['recordNo', (record) => record.recordNo],
  ['kind', (record) => record.kind],
  ['amountYuan', (record) => yuan(record.amountFen)],
  ['amountFen', (record) => record.amountFen],
  ['balanceAfterFen', (record) => record.balanceAfterFen],
  ['card', (record) => record.cardMasked],
  ['cardRef', (record) => record.cardRef],
  ['observedAt', (record) => record.observedAt],
  ['observedText', (record) => record.observedText],
  ['clockQuality', (record) => record.clockQuality],
  ['recordedAt', (record) => record.recordedAt],
  ['ingestedAt', (record) => record.ingestedAt],
  ['collectMode', (record) => record.collectMode],
];
