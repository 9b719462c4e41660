/** From an open batch to what its lines say. A line that says nothing we understand becomes a dead letter, never a bad batch. */
import { isUtf8 } from 'node:buffer';
import { EventLine, HealthLine, MoneyLine, readShape, type UndecodedRecord } from '@cardwatch/contracts';
import { type EpochMs, ok, type Result } from '@cardwatch/kernel';
import type { z } from 'zod';
import type { ParsedBatch, ParsedLine } from '../store/roles.ts';
import { ChainCheck } from './chain.ts';
import { type LinePlace, MoneyRowsWriter } from './money-rows.core.ts';
import { MoneyScan } from './money-scan.core.ts';
import type { BatchRefusal, OpenBatch } from './open-batch.ts';

/** Reads batches one after another; keeps what it learned of the shape of lines. */
export class BatchReader {
  readonly #chain = new ChainCheck();
  readonly #scan = new MoneyScan();

  read(batch: OpenBatch, now: EpochMs): Result<ParsedBatch, BatchRefusal> {
    const { from, cut } = batch;
    const chain = this.#chain.check(batch);
    if (!chain.ok) return chain;
    const common = { site: from.site, agent: from.agent, head: cut.head, ingestedAt: now, chain: chain.value };
    switch (cut.head.stream) {
      case 'money':
        return ok({ ...common, stream: 'money', ...this.#money(batch) });
      case 'event':
        return ok({ ...common, stream: 'event', lines: readLines(batch, EventLine) });
      default:
        return ok({ ...common, stream: 'health', lines: readLines(batch, HealthLine) });
    }
  }

  #money({ cut, body }: OpenBatch): Pick<Extract<ParsedBatch, { stream: 'money' }>, 'rows' | 'others'> {
    const { head, starts, ends } = cut;
    const writer = new MoneyRowsWriter(body, starts.length);
    const others: ParsedLine<UndecodedRecord>[] = [];
    for (let at = 0; at < starts.length; at++) {
      const place = { seq: head.firstSeq + at, start: starts[at] as number, end: ends[at] as number };
      if (this.#scan.scan(body, place.start, place.end)) writer.addScanned(place, this.#scan);
      else readSlowly(body, place, writer, others);
    }
    return { rows: writer.rows(), others };
  }
}

function readSlowly(body: Uint8Array, place: LinePlace, writer: MoneyRowsWriter, others: ParsedLine<UndecodedRecord>[]): void {
  const parsed = readLine(body.subarray(place.start, place.end), place.seq, MoneyLine);
  if (!parsed.ok) others.push(parsed);
  else if (parsed.line.type === 'undecoded') others.push({ ...parsed, line: parsed.line });
  else writer.add(place, parsed.line);
}

const readLines = <T>({ cut, body }: OpenBatch, schema: z.ZodType<T>): ParsedLine<T>[] =>
  Array.from(cut.starts, (start, at) => readLine(body.subarray(start, cut.ends[at]), cut.head.firstSeq + at, schema));

function readLine<T>(bytes: Uint8Array, seq: number, schema: z.ZodType<T>): ParsedLine<T> {
  if (!isUtf8(bytes)) return { ok: false, seq, reason: 'not UTF-8', bytes };
  let json: unknown;
  try {
    json = JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8'));
  } catch {
    return { ok: false, seq, reason: 'not JSON', bytes };
  }
  const parsed = readShape(schema, json);
  if (parsed.success) return { ok: true, seq, line: parsed.data, bytes };
  const issue = parsed.error.issues[0];
  return { ok: false, seq, reason: `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'invalid'}`, bytes };
}
