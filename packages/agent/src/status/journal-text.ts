import { unreachable } from '@cardwatch/kernel';
import type { Lang } from '../config/words.ts';
import type { JournalProblem, JournalReport } from '../journal/index.ts';

const columns = (cells: readonly (string | number)[], widths: readonly number[]): string =>
  cells
    .map((cell, index) => String(cell).padEnd(widths[index] ?? 0))
    .join('  ')
    .trimEnd();

const widths = [7, 6, 12, 12, 12, 9, 12, 8] as const;

/** What the journal holds: one line a stream and life. */
export function journalText({ epoch, lives }: JournalReport, lang: Lang): string {
  const head = ['stream', 'epoch', 'first', 'last', 'acked', 'records', 'bytes', 'segments'];
  const rows = lives.map((life) =>
    columns([life.stream, life.epoch, life.first, life.last, life.acked ?? '-', life.records, life.bytes, life.segments], widths),
  );
  const open = epoch === undefined ? (lang === 'zh' ? '尚无日志代' : 'no epoch yet') : `epoch ${epoch.no} ${epoch.uuid}`;
  return [open, columns(head, widths), ...rows].join('\n');
}

/** Verdict over every frame and hash, then one line a problem. */
export function verdictText({ lives, problems, chainOk }: JournalReport, lang: Lang): string {
  const records = lives.reduce((sum, life) => sum + life.records, 0);
  const segments = lives.reduce((sum, life) => sum + life.segments, 0);
  const holes = lives.flatMap(({ stream, epoch, holes: found }) =>
    found.map(({ first, last, cause }) => `${stream} ${epoch}: ${first}-${last} ${cause}`),
  );
  const chain = chainOk
    ? lang === 'zh'
      ? '哈希链完好'
      : 'the chain holds'
    : lang === 'zh'
      ? '哈希链不符'
      : 'the chain does not hold';
  const counts =
    lang === 'zh'
      ? `${segments} 个段，${records} 条，${problems.length} 处问题，${holes.length} 处缺口，${chain}`
      : `${segments} segments, ${records} records, ${problems.length} problems, ${holes.length} holes, ${chain}`;
  return [counts, ...problems.map(problemLine), ...holes].join('\n');
}

function problemLine(problem: JournalProblem): string {
  switch (problem.kind) {
    case 'badSpan':
      return `${problem.path}: bytes ${problem.from}-${problem.to} bad${problem.last >= problem.first ? `, numbers ${problem.first}-${problem.last}` : ''}`;
    case 'tornTail':
      return `${problem.path}: ${problem.bytes} bytes of an unfinished write at ${problem.from}`;
    case 'header':
    case 'footer':
    case 'chain':
      return `${problem.path}: ${problem.kind}`;
    case 'missingNumbers':
      return `${problem.stream} ${problem.epoch}: numbers ${problem.first}-${problem.last} missing`;
    case 'unreadable':
      return `${problem.path}: ${problem.cause.kind}`;
    default:
      return unreachable(problem);
  }
}
