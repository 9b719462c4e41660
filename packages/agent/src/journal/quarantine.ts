/** Copies of damaged bytes, kept for a person to look at. Never read back; bounded. */
import type { DiskFailure } from '../ports.ts';
import { writeAll } from './disk-io.ts';
import type { SegmentKey } from './frame.core.ts';
import { segmentName } from './format.ts';
import { journalBounds } from './limits.ts';
import type { JournalParts } from './parts.ts';

export const quarantineFolder = 'quarantine';

/** The copy is best effort: the segment itself stays where it is until its records are acknowledged. */
export async function copyToQuarantine(parts: JournalParts, key: SegmentKey, offset: number, bytes: Uint8Array): Promise<void> {
  const path = `${quarantineFolder}/${key.stream}-${segmentName(key.epoch, key.base)}-${offset}.bin`;
  if (bytes.length === 0 || (await exists(parts, path))) return;
  if ((await quarantineBytes(parts)) + bytes.length > journalBounds.quarantineBytes) {
    parts.log.log('warn', 'journal.quarantineFull', { path, bytes: bytes.length });
    return;
  }
  const failure = await writeCopy(parts, path, bytes);
  if (failure !== undefined) parts.log.log('warn', 'journal.quarantineFailed', { path, kind: failure.kind });
}

async function exists(parts: JournalParts, path: string): Promise<boolean> {
  const file = await parts.disk.open(path, 'read');
  if (file.ok) await file.value.close();
  return file.ok;
}

async function writeCopy(parts: JournalParts, path: string, bytes: Uint8Array): Promise<DiskFailure | undefined> {
  const file = await parts.disk.open(path, 'create');
  if (!file.ok) return file.error;
  const written = await writeAll(file.value, bytes, 0);
  const synced = written.ok ? await file.value.sync() : written;
  await file.value.close();
  const folder = synced.ok ? await parts.disk.syncFolder(quarantineFolder) : synced;
  return folder.ok ? undefined : folder.error;
}

/** Bytes in the folder; damage is rare, so it is counted when it is needed. */
export async function quarantineBytes(parts: JournalParts): Promise<number> {
  const names = await parts.disk.list(quarantineFolder);
  let sum = 0;
  for (const name of names.ok ? names.value : []) {
    const file = await parts.disk.open(`${quarantineFolder}/${name}`, 'read');
    if (!file.ok) continue;
    const size = await file.value.size();
    await file.value.close();
    sum += size.ok ? size.value : 0;
  }
  return sum;
}
