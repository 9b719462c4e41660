/** Entry of the thread that reads and writes one sheet: what a stranger's file costs in time and memory is paid here, not where batches are booked. */
import { parentPort } from 'node:worker_threads';
import { ok } from '@cardwatch/kernel';
import { preview } from '../core/register/index.core.ts';
import { isWithin } from '../services/area.core.ts';
import type { PreviewAsk, SheetThreadApi } from '../services/topology/sheet-desk.ts';
import { homeOf } from '../core/register/home.core.ts';
import { readSheetBytes, writeCsv, writeXlsx } from './sheets.ts';
import { serve } from './worker-rpc.ts';

if (parentPort === null) throw new Error('sheets-worker.ts is the entry of a thread');

serve<SheetThreadApi>(parentPort, {
  preview: async (bytes, ask, now) => {
    const sheet = await readSheetBytes(bytes);
    if (!sheet.ok) return sheet;
    const { name, rows } = sheet.value;
    return ok({ sheet: name, rows: rows.length, preview: preview(sheet.value, currentOf(ask), now) });
  },
  write: async (sheet, format) => (format === 'csv' ? writeCsv(sheet) : writeXlsx(sheet)),
});

function currentOf({ register, known, reach }: PreviewAsk): Parameters<typeof preview>[1] {
  const current = { register, known: new Set(known) };
  if (reach === null) return current;
  const own = new Set(reach.devices);
  const area = (path: string): boolean => isWithin([...reach.areas], homeOf({ area: path }));
  return { ...current, reach: { device: (deviceId) => own.has(deviceId), area, name: reach.areas.join('、') } };
}
