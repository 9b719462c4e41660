import type { ReactNode } from 'react';
import { useWords } from '../words/words.tsx';
import { type AgentState, agentMarks, type DeviceState, deviceMarks, type Shape, type Tone } from './states.ts';

const shapes: Readonly<Record<Shape, ReactNode>> = {
  dot: <circle cx="6" cy="6" r="4.5" fill="currentColor" />,
  halfDot: (
    <>
      <circle cx="6" cy="6" r="4" fill="none" stroke="currentColor" strokeWidth="1.5" />
      <path d="M6 2a4 4 0 0 1 0 8z" fill="currentColor" />
    </>
  ),
  square: <rect x="2" y="2" width="8" height="8" fill="currentColor" />,
  slashedRing: (
    <>
      <circle cx="6" cy="6" r="4.25" fill="none" stroke="currentColor" strokeWidth="1.75" />
      <path d="M2.2 9.8l7.6-7.6" stroke="currentColor" strokeWidth="1.75" />
    </>
  ),
  hollow: <circle cx="6" cy="6" r="4.25" fill="none" stroke="currentColor" strokeWidth="1.5" />,
  wrench: (
    <path
      d="M10.6 3.1 8.9 4.8 7.2 3.1l1.7-1.7A3.1 3.1 0 0 0 4.8 5.2L1.2 8.8a1.4 1.4 0 0 0 2 2l3.6-3.6a3.1 3.1 0 0 0 3.8-4.1z"
      fill="currentColor"
    />
  ),
  bar: <path d="M1.5 6h9" stroke="currentColor" strokeWidth="2.5" />,
};

/** The shape alone; always beside its word. */
export function Glyph({ shape, tone }: { readonly shape: Shape; readonly tone: Tone }) {
  return (
    <svg className={`glyph tone-${tone}`} viewBox="0 0 12 12" width="12" height="12" aria-hidden="true">
      {shapes[shape]}
    </svg>
  );
}

function Marked({ shape, tone, word, calm }: { shape: Shape; tone: Tone; word: string; calm: boolean }) {
  return (
    <span className={calm ? 'mark' : `mark tone-${tone}`}>
      <Glyph shape={shape} tone={tone} />
      <span className="mark-word">{word}</span>
    </span>
  );
}

/** State of a device in shape, word and colour; the word is coloured only when something is wrong. */
export function DeviceMark({ state }: { readonly state: DeviceState }) {
  const t = useWords();
  const { shape, tone } = deviceMarks[state];
  return <Marked shape={shape} tone={tone} word={t(`device.state.${state}`)} calm={tone === 'normal' || tone === 'unknown'} />;
}

export function AgentMark({ state }: { readonly state: AgentState }) {
  const t = useWords();
  const { shape, tone } = agentMarks[state];
  return <Marked shape={shape} tone={tone} word={t(`agent.state.${state}`)} calm={tone === 'normal' || tone === 'unknown'} />;
}
