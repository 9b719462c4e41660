import type { IncidentState } from '@cardwatch/contracts/watch';
import { Glyph } from '../../marks/mark.tsx';
import type { Shape, Tone } from '../../marks/states.ts';
import { useWords } from '../../words/words.tsx';

const marks: Readonly<Record<IncidentState, { readonly shape: Shape; readonly tone: Tone }>> = {
  new: { shape: 'hollow', tone: 'level2' },
  accepted: { shape: 'halfDot', tone: 'level3' },
  working: { shape: 'dot', tone: 'level3' },
  onHold: { shape: 'bar', tone: 'unknown' },
  restored: { shape: 'halfDot', tone: 'normal' },
  resolved: { shape: 'dot', tone: 'normal' },
  awaitingConfirmation: { shape: 'dot', tone: 'normal' },
  closed: { shape: 'square', tone: 'unknown' },
  merged: { shape: 'hollow', tone: 'unknown' },
  falseAlarm: { shape: 'slashedRing', tone: 'unknown' },
};

/** State of an incident in shape and word. */
export function StateMark({ state }: { readonly state: IncidentState }) {
  const t = useWords();
  return (
    <span className="mark">
      <Glyph {...marks[state]} />
      <span className="mark-word">{t(`incident.state.${state}`)}</span>
    </span>
  );
}
