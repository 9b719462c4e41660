/** From an open batch to what its lines say. A line that says nothing we understand becomes a dead letter, never a bad batch. */
import { isUtf8 } from 'node:buffer';
import { EventLine, HealthLine, MoneyLine, type UndecodedRecord } from '@cardwatch/contracts';
import { type EpochMs, ok, type Result } from '@cardwatch/kernel';
import type { z } from 'zod';
import type { ParsedBatch, ParsedLine } from '../store/roles.ts';
import type { ChainCheck } from './chain.ts';
import { MoneyRowsWriter } from './money-rows.core.ts';
import type { BatchRefusal, OpenBatch } from './open-batch.ts';

export function readBatch(batch: OpenBatch, chainCheck: ChainCheck, now: EpochMs): Result<ParsedBatch, BatchRefusal> {
  const { from, head } = batch;
  const chain = chainCheck.check(head, batch.lines);
  if (!chain.ok) return chain;
  const common = { site: from.site, agent: from.agent, head, ingestedAt: now, chain: chain.value };
  switch (head.stream) {
    case 'money':
      return ok({ ...common, stream: 'money', ...readMoney(batch) });
    case 'event':
      return ok({ ...common, stream: 'event', lines: readLines(batch, EventLine) });
    default:
      return ok({ ...common, stream: 'health', lines: readLines(batch, HealthLine) });
  }
}

function readMoney({ head, body, lines }: OpenBatch): Pick<Extract<ParsedBatch, { stream: 'money' }>, 'rows' | 'others'> {
  const writer = new MoneyRowsWriter(lines.length);
  const others: ParsedLine<UndecodedRecord>[] = [];
  lines.forEach((bytes, at) => {
    const seq = head.firstSeq + at;
    const parsed = readLine(bytes, seq, MoneyLine);
    if (!parsed.ok) others.push(parsed);
    else if (parsed.line.type === 'undecoded') others.push({ ...parsed, line: parsed.line });
    else {
      const start = bytes.byteOffset - body.byteOffset;
      writer.add({ seq, start, end: start + bytes.length }, parsed.line);
    }
  });
  return { rows: writer.rows(body), others };
}

const readLines = <T>({ head, lines }: OpenBatch, schema: z.ZodType<T>): ParsedLine<T>[] =>
  lines.map((bytes, at) => readLine(bytes, head.firstSeq + at, schema));

function readLine<T>(bytes: Uint8Array, seq: number, schema: z.ZodType<T>): ParsedLine<T> {
  if (!isUtf8(bytes)) return { ok: false, seq, reason: 'not UTF-8', bytes };
  let json: unknown;
  try {
    json = JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8'));
  } catch {
    return { ok: false, seq, reason: 'not JSON', bytes };
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return { ok: true, seq, line: parsed.data, bytes };
  const issue = parsed.error.issues[0];
  return { ok: false, seq, reason: `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'invalid'}`, bytes };
}
