/** What people read about the collector, made from what is known at the moment of sending. */
import type { EpochMs } from '@cardwatch/kernel';
import type { UplinkPhase } from '../status/status.ts';
import type { Waiting, Why } from './second-watch.step.ts';
import { secondWatchWords } from './words.ts';

export interface SecondWatchMessage {
  readonly noticeId: string;
  /** One line. */
  readonly title: string;
  readonly text: string;
  readonly cleared: boolean;
}

/** The agent's own side of the story: who reads it must see whether it is the collector, or the agent that is cut off. */
export interface OwnSide {
  readonly site: string;
  readonly agent: string;
  readonly uplink: { readonly phase: UplinkPhase; readonly since: number };
  /** Money records in the journal that the collector has not acknowledged. */
  readonly unacknowledged: number;
}

export interface Telling {
  readonly waiting: Waiting;
  readonly why: Why | null;
  /** Scheme, host and port of the collector; never a token. */
  readonly collector: string;
  readonly own: OwnSide;
  readonly language: 'zh' | 'en';
}

/** It answers and books; only its watch does not work. */
const isWatchAlone = (why: Why | null): boolean => why?.code === 'watchStill' || why?.code === 'watchBehind';

export function messageOf({ waiting, why, collector, own, language }: Telling, now: EpochMs): SecondWatchMessage {
  const words = secondWatchWords[language];
  const { kind, since, until, told, noticeId } = waiting;
  const cleared = kind === 'back';
  const lastMs = (until ?? now) - since;
  const text = cleared
    ? [words.wasLost(since, until ?? now, lastMs), ...(told === 0 ? [words.toldLate] : [])]
    : [words.lostSince(since, lastMs), ...(why === null ? [] : [words.why(why)]), words.meaning];
  return {
    noticeId,
    title: words.title[!cleared && isWatchAlone(why) ? 'watch' : kind](own.agent),
    text: [...text, words.collector(collector), words.uplink(own), words.kept(own.unacknowledged)].join('\n'),
    cleared,
  };
}
