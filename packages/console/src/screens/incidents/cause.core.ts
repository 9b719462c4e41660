/** 5Why and 鱼骨图 (domain E-5): what a root cause must have before the collector takes it. */
import type { CauseCode, RootCause } from '@cardwatch/contracts/watch';

export type Category = RootCause['bones'][number]['category'];
export const categories = [
  'people',
  'machine',
  'material',
  'method',
  'environment',
  'measurement',
] as const satisfies readonly Category[];
export const causeCodes = [
  'deviceHardware',
  'power',
  'busWiring',
  'switchOrLink',
  'edgeAgent',
  'collector',
  'centreSoftware',
  'parameterOrBlacklist',
  'card',
  'operator',
  'thirdParty',
  'moisture',
] as const satisfies readonly CauseCode[];

export const causeLimits = { whys: 5, bones: 60, evidence: 16 } as const;

export interface WhyDraft {
  readonly why: string;
  readonly because: string;
  /** One a line. */
  readonly evidence: string;
}
export interface BoneDraft {
  readonly category: Category;
  readonly text: string;
}
export interface CauseDraft {
  readonly method: RootCause['method'];
  readonly whys: readonly WhyDraft[];
  readonly bones: readonly BoneDraft[];
  readonly direct: string;
  readonly indirect: string;
  readonly code: CauseCode | undefined;
}

export const emptyWhy: WhyDraft = { why: '', because: '', evidence: '' };

export const draftOf = (cause: RootCause | null): CauseDraft =>
  cause === null
    ? { method: 'fiveWhys', whys: [emptyWhy, emptyWhy, emptyWhy], bones: [], direct: '', indirect: '', code: undefined }
    : {
        method: cause.method,
        whys: cause.whyChain.map(({ why, because, evidence }) => ({ why, because, evidence: evidence.join('\n') })),
        bones: cause.bones,
        direct: cause.direct,
        indirect: cause.indirect,
        code: cause.code,
      };

export type CauseFlaw =
  | 'tooFewWhys'
  | 'halfWhy'
  | 'chainBroken'
  | 'noEvidence'
  | 'tooFewBones'
  | 'tooFewCategories'
  | 'directMissing'
  | 'indirectMissing'
  | 'codeMissing';

const filled = (text: string): boolean => text.trim() !== '';
const evidenceOf = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim().slice(0, 200))
    .filter(filled)
    .slice(0, causeLimits.evidence);

/** Lines that nobody wrote into are none. */
const written = (draft: CauseDraft) => ({
  whys: draft.whys.filter(({ why, because }) => filled(why) || filled(because)),
  bones: draft.bones.filter(({ text }) => filled(text)),
});

/** What is missing; empty: it can be saved. */
export function flawsOf(draft: CauseDraft): readonly CauseFlaw[] {
  const { whys, bones } = written(draft);
  const asked = whys.map(({ why }) => why.trim());
  const is = (holds: boolean, flaw: CauseFlaw): readonly CauseFlaw[] => (holds ? [flaw] : []);
  const byMethod =
    draft.method === 'fiveWhys'
      ? [...is(whys.length < 3, 'tooFewWhys'), ...is(new Set(asked).size < asked.length, 'chainBroken')]
      : [
          ...is(bones.length < 3, 'tooFewBones'),
          ...is(new Set(bones.map(({ category }) => category)).size < 2, 'tooFewCategories'),
        ];
  return [
    ...byMethod,
    ...is(
      whys.some(({ why, because }) => !filled(why) || !filled(because)),
      'halfWhy',
    ),
    ...is(!whys.some(({ evidence }) => evidenceOf(evidence).length > 0), 'noEvidence'),
    ...is(!filled(draft.direct), 'directMissing'),
    ...is(!filled(draft.indirect), 'indirectMissing'),
    ...is(draft.code === undefined, 'codeMissing'),
  ];
}

/** The root cause as it is sent; undefined while it has flaws. */
export function causeOf(draft: CauseDraft): RootCause | undefined {
  if (draft.code === undefined || flawsOf(draft).length > 0) return undefined;
  const { whys, bones } = written(draft);
  return {
    method: draft.method,
    whyChain: whys.map(({ why, because, evidence }) => ({
      why: why.trim(),
      because: because.trim(),
      evidence: evidenceOf(evidence),
    })),
    bones: bones.map(({ category, text }) => ({ category, text: text.trim() })),
    direct: draft.direct.trim(),
    indirect: draft.indirect.trim(),
    code: draft.code,
  };
}
