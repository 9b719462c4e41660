import type { IncidentDto } from '@cardwatch/contracts/api';
import type { HoldReason } from '@cardwatch/contracts/watch';
import { useState } from 'react';
import { useConsole } from '../../console.tsx';
import { useWords } from '../../words/words.tsx';
import { ActDialog, useIncidentAct } from './act-dialog.tsx';
import { ChoiceField, TextField } from './fields.tsx';
import { missingFor, needsNote, type Step, verbOf } from './workflow.core.ts';

export const holdReasons = [
  'waitingForUser',
  'waitingForThirdParty',
  'waitingForApproval',
  'waitingForParts',
] as const satisfies readonly HoldReason[];

interface MoveProps {
  readonly incident: IncidentDto;
  readonly to: Step;
  readonly close: () => void;
}

/** One step of the workflow, with what it needs; a hold stops the clocks and so names its reason. */
export function MoveDialog({ incident, to, close }: MoveProps) {
  const t = useWords();
  const { client } = useConsole();
  const act = useIncidentAct(close);
  const [note, setNote] = useState('');
  const [holdReason, setHoldReason] = useState<HoldReason>();
  const verb = verbOf(incident.state, to);
  const word = t(`incident.step.${verb}`);
  const missing = missingFor(incident, to).map((field) => t(`incident.field.${field}`));
  const isHold = to === 'onHold';
  const mustSay = needsNote(incident.state, to);
  const submit = (): void =>
    act.mutate((idempotencyKey) =>
      client.fetch('moveIncident', {
        params: { incidentId: incident.incidentId },
        body: { to, holdReason: holdReason ?? null, note: note.trim() === '' ? word : note.trim(), idempotencyKey },
      }),
    );
  return (
    <ActDialog
      title={t('incident.stepTitle', { number: incident.number, verb: word })}
      text={t(`incident.stepText.${verb}`)}
      action={word}
      ready={(!mustSay || note.trim() !== '') && (!isHold || holdReason !== undefined)}
      act={act}
      submit={submit}
      close={close}
    >
      {missing.length > 0 && (
        <p className="tone-level2 act-text">{t('incident.missing', { what: missing.join(t('incident.comma')) })}</p>
      )}
      {isHold && (
        <ChoiceField
          id="holdReason"
          label={t('incident.holdReason')}
          value={holdReason}
          options={holdReasons.map((value) => ({ value, label: t(`incident.hold.${value}`) }))}
          change={setHoldReason}
        />
      )}
      <TextField
        id="note"
        label={t(mustSay ? 'incident.note' : 'incident.noteOptional')}
        value={note}
        change={setNote}
        max={1_000}
        rows={3}
      />
    </ActDialog>
  );
}
