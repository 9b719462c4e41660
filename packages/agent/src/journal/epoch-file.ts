/** `epoch.state`: the life that is being written. */
import type { EpochNo } from '@cardwatch/contracts';
import { ok, type Result } from '@cardwatch/kernel';
import type { DiskFailure } from '../ports.ts';
import { readFile, replaceFile } from './disk-io.ts';
import type { JournalParts } from './parts.ts';
import { decodeEpoch, encodeEpoch } from './state.core.ts';

const path = 'epoch.state';
const bytesMax = 4_096;

export interface OpenEpoch {
  readonly no: EpochNo;
  readonly uuid: string;
}

/** Undefined when the file is not there, damaged, another agent's, or older than `newest` on the disk: a new epoch is asked for then. */
export async function loadEpoch(parts: JournalParts, newest: number): Promise<Result<OpenEpoch | undefined, DiskFailure>> {
  const bytes = await readFile(parts.disk, path, bytesMax);
  if (!bytes.ok && bytes.error.kind !== 'missing') return bytes;
  const state = bytes.ok ? decodeEpoch(bytes.value) : undefined;
  if (state !== undefined && state.agent === parts.agent && state.no >= newest) return ok({ no: state.no, uuid: state.uuid });
  if (bytes.ok || newest > 0) parts.log.log('error', 'journal.epochLost', { newest });
  return ok(undefined);
}

/** Durable when it resolves; the old file stays until then. */
export function storeEpoch(parts: JournalParts, no: EpochNo, uuid: string): Promise<Result<void, DiskFailure>> {
  return replaceFile(parts.disk, path, encodeEpoch({ no, uuid, agent: parts.agent }));
}
