/** What a journal must be after a crash: it opens by itself, holds what it promised, invents nothing, and goes on. */
import { EpochNo, type Stream, streams } from '@cardwatch/contracts';
import { chance, intBetween, type Random } from '@cardwatch/kernel';
import { line, type Rig, rig, textOf, walk } from './harness.ts';
import { CrashPoint } from './images.ts';
import type { MemoryDisk } from './memory-disk.ts';
import type { Recording, Sent } from './recording.ts';

/** What was read after a start. */
export interface Judged {
  readonly rig: Rig;
  readonly found: readonly Omit<Sent, 'confirmedAt'>[];
  readonly holes: number;
}

/** Opens the image of a crash before change `upto` and reads all of it. Throws when a promise is broken. */
export async function judge(recording: Recording, image: MemoryDisk, upto: number): Promise<Judged> {
  const opened = await rig({ disk: image, epoch: false, ...recording.setting });
  const found: Omit<Sent, 'confirmedAt'>[] = [];
  const due = new Map<string, Sent>();
  for (const one of recording.sent) if (one.confirmedAt <= upto) due.set(keyOf(one), one);
  let holes = 0;
  for (const stream of streams)
    for (const epoch of recording.epochs) holes += await judgeLife({ recording, opened, upto, due, found }, stream, epoch);
  return { rig: opened, found, holes };
}

interface Judging {
  readonly recording: Recording;
  readonly opened: Rig;
  readonly upto: number;
  /** By stream, epoch and number. */
  readonly due: ReadonlyMap<string, Sent>;
  readonly found: Omit<Sent, 'confirmedAt'>[];
}

const keyOf = ({ stream, epoch, seq }: Omit<Sent, 'confirmedAt' | 'text'>): string => `${stream} ${epoch}/${seq}`;

async function judgeLife({ recording, opened, upto, due, found }: Judging, stream: Stream, epoch: EpochNo): Promise<number> {
  const ackedUpto = ackedOf(recording, stream, epoch, upto);
  const { entries, holes } = await walk(opened.journal, { stream, epoch, from: ackedUpto + 1, hasher: recording.setting.hasher });
  const held = new Set<number>();
  const texts = new Set<string>();
  for (const { seq, line: bytes } of entries) {
    const text = textOf(bytes);
    const promised = due.get(keyOf({ stream, epoch, seq }));
    if (promised !== undefined && promised.text !== text) throw new Error(`${keyOf(promised)} is another line: ${text}`);
    if (recording.handedIn.get(text) !== stream) throw new Error(`${stream} ${epoch}/${seq}: invented ${text}`);
    if (texts.has(text)) throw new Error(`${stream} ${epoch}/${seq}: ${text} stands twice`);
    texts.add(text);
    held.add(seq);
    found.push({ stream, epoch, seq, text });
  }
  for (const one of due.values()) {
    if (one.stream !== stream || one.epoch !== epoch || one.seq <= ackedUpto || held.has(one.seq)) continue;
    const hole = holes.find(({ first, last }) => first <= one.seq && one.seq <= last);
    // What gave way to money under a small budget is declared as such.
    if (hole?.cause === 'dropped' && stream !== 'money') continue;
    throw new Error(
      `${keyOf(one)} was promised and is gone; ${hole === undefined ? 'no hole tells of it' : `a hole: ${hole.cause}`}`,
    );
  }
  return holes.length;
}

const ackedOf = ({ acked }: Recording, stream: Stream, epoch: number, upto: number): number =>
  Math.max(0, ...acked.filter((one) => one.stream === stream && one.epoch === epoch && one.at < upto).map((one) => one.upto));

/** It takes a new record, under a number that nobody was promised or shown. */
export async function goesOn(recording: Recording, judged: Judged, upto: number): Promise<Sent> {
  const { journal, disk } = judged.rig;
  if (journal.epoch() === undefined) {
    const no = EpochNo.parse(Math.max(0, ...recording.epochs) + 1);
    const opened = await journal.openEpoch(no, '018f4d2e-0000-7000-8000-0000000000ff');
    if (!opened.ok) throw new Error(`no epoch can be opened: ${opened.error.kind}`);
  }
  const epoch = journal.epoch()?.no ?? 0;
  const text = `after ${upto}`;
  const appended = await journal.append('money', [line(text)]);
  if (!appended.ok) throw new Error(`it does not go on: ${appended.error.kind}`);
  const seq = appended.value.firstSeq;
  const taken = [...judged.found, ...recording.sent.filter(({ confirmedAt }) => confirmedAt <= upto)];
  const highest = Math.max(0, ...taken.filter((one) => one.stream === 'money' && one.epoch === epoch).map((one) => one.seq));
  if (seq <= highest) throw new Error(`number ${seq} of epoch ${epoch} is given again`);
  return { stream: 'money', epoch, seq, text, confirmedAt: disk.changes.length };
}

/**
 * The whole story of one image: start, read, go on; and a second crash in the middle of just that. What the first start showed may have been sent, so it counts
 * as promised. Returns how many images were judged.
 */
export async function survives(
  recording: Recording,
  image: MemoryDisk,
  upto: number,
  again: Random | undefined,
): Promise<readonly Judged[]> {
  const base = again === undefined ? undefined : image.copy();
  const disk = base?.copy() ?? image;
  disk.record = true;
  const first = await judge(recording, disk, upto);
  const readAt = disk.changes.length;
  const added = await goesOn(recording, first, upto);
  if (base === undefined || again === undefined) return [first];
  const promised = recording.sent.filter((one) => one.confirmedAt <= upto).map((one) => ({ ...one, confirmedAt: 0 }));
  const known = new Set(promised.map(keyOf));
  const shown = first.found.filter((one) => !known.has(keyOf(one))).map((one) => ({ ...one, confirmedAt: readAt }));
  const second: Recording = {
    ...recording,
    base,
    changes: disk.changes,
    sent: [...promised, ...shown, added],
    acked: recording.acked.filter((one) => one.at < upto).map((one) => ({ ...one, at: -1 })),
    handedIn: new Map(recording.handedIn).set(added.text, 'money'),
    epochs: recording.epochs.some((no) => no === added.epoch)
      ? recording.epochs
      : [...recording.epochs, EpochNo.parse(added.epoch)],
  };
  const at = intBetween(again, 0, second.changes.length);
  const point = new CrashPoint(second, at, chance(again, 0.5) ? 512 : 4_096);
  const later = await judge(second, point.anyMixture(again), at);
  await goesOn({ ...second, handedIn: second.handedIn }, later, at);
  return [first, later];
}
