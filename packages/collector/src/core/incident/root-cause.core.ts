/** 5Why and 鱼骨图 (domain E-5): what a root cause must have before it is one. */
import type { RootCause } from '@cardwatch/contracts/watch';

export const whysMin = 3;
export const bonesMin = 3;
export const categoriesMin = 2;

export type RootCauseFlaw = 'tooFewWhys' | 'chainBroken' | 'noEvidence' | 'tooFewBones' | 'tooFewCategories' | 'indirectMissing';

/** What is missing; empty: it stands. A chain that asks the same twice goes in a circle. */
export function rootCauseFlaws(cause: RootCause): readonly RootCauseFlaw[] {
  const flaws: RootCauseFlaw[] = [];
  if (cause.method === 'fiveWhys') {
    if (cause.whyChain.length < whysMin) flaws.push('tooFewWhys');
    const texts = cause.whyChain.map(({ why }) => why.trim());
    if (new Set(texts).size < texts.length) flaws.push('chainBroken');
  } else {
    if (cause.bones.length < bonesMin) flaws.push('tooFewBones');
    if (new Set(cause.bones.map(({ category }) => category)).size < categoriesMin) flaws.push('tooFewCategories');
  }
  if (!cause.whyChain.some(({ evidence }) => evidence.length > 0)) flaws.push('noEvidence');
  if (cause.indirect.trim() === '') flaws.push('indirectMissing');
  return flaws;
}
