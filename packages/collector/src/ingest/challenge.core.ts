/**
 * Whether the process that said a hello lives. A broker that keeps messages may bring one up when its process is long gone; answered, it would close the
 * journal life that is being written. A process start that nobody has heard yet is asked with a nonce and says its hello again with it: what is gone cannot,
 * whatever its clock said. The first of the asked that answers is the one that lives, and all older nonces are void.
 */
export interface Challenges {
  /** Process start that answered last. */
  readonly alive: string | undefined;
  /** Asked and not heard yet, oldest first. */
  readonly asked: readonly { readonly instance: string; readonly nonce: string }[];
}

export const noChallenges: Challenges = { alive: undefined, asked: [] };

/** Process starts of one agent that are asked at a time: each hello that is brought up is one, and the oldest gives way. */
export const askedMax = 16;

export type Standing =
  /** It answered. */
  | { readonly kind: 'alive' }
  | { readonly kind: 'ask'; readonly nonce: string }
  /** An agent that knows no challenge: its clock is asked (store/sqlite/ingest/hello-memory.ts). */
  | { readonly kind: 'unasked' };

/** `nonce`: a new one, for a process start that has none yet. */
export function standingOf(
  before: Challenges,
  { instance, answers }: { readonly instance: string; readonly answers?: string | null | undefined },
  nonce: string,
): readonly [Challenges, Standing] {
  if (answers === undefined) return [before, { kind: 'unasked' }];
  if (before.alive === instance) return [before, { kind: 'alive' }];
  const asked = before.asked.find((each) => each.instance === instance);
  if (asked === undefined)
    return [
      { ...before, asked: [...before.asked, { instance, nonce }].slice(-askedMax) },
      { kind: 'ask', nonce },
    ];
  if (asked.nonce !== answers) return [before, { kind: 'ask', nonce: asked.nonce }];
  return [{ alive: instance, asked: [] }, { kind: 'alive' }];
}

/** Another process start was welcomed without having been asked: whoever answered before has to show anew that it lives. */
export const welcomed = (before: Challenges, instance: string): Challenges => (before.alive === instance ? before : noChallenges);
