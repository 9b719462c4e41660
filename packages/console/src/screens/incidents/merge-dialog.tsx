import type { IncidentDto } from '@cardwatch/contracts/api';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useConsole } from '../../console.tsx';
import { useWords } from '../../words/words.tsx';
import { ActDialog, useIncidentAct } from './act-dialog.tsx';
import { ChoiceField, TextField } from './fields.tsx';
import { isRunning } from './workflow.core.ts';

interface MergeProps {
  readonly incident: IncidentDto;
  readonly close: () => void;
}

/** 合并: this one goes into another that is not restored yet, with its alarms. */
export function MergeDialog({ incident, close }: MergeProps) {
  const t = useWords();
  const { client, queries } = useConsole();
  const act = useIncidentAct(close);
  const [into, setInto] = useState<string>();
  const [note, setNote] = useState('');
  const open = useInfiniteQuery(queries.incidents({ open: 'true' })).data?.pages.flatMap((page) => page.items) ?? [];
  const others = open.filter((one) => isRunning(one) && one.incidentId !== incident.incidentId);
  const submit = (): void => {
    if (into === undefined) return;
    act.mutate((idempotencyKey) =>
      client.fetch('mergeIncident', {
        params: { incidentId: incident.incidentId },
        body: { into, note: note.trim(), idempotencyKey },
      }),
    );
  };
  return (
    <ActDialog
      title={t('incident.mergeTitle', { number: incident.number })}
      text={t(others.length === 0 ? 'incident.mergeNone' : 'incident.mergeText')}
      action={t('incident.act.merge')}
      ready={into !== undefined && note.trim() !== ''}
      act={act}
      submit={submit}
      close={close}
    >
      <ChoiceField
        id="into"
        label={t('incident.mergeInto')}
        value={into}
        options={others.map(({ incidentId, number, title }) => ({ value: incidentId, label: `${number} ${title}` }))}
        change={setInto}
      />
      <TextField id="note" label={t('incident.note')} value={note} change={setNote} max={1_000} rows={2} />
    </ActDialog>
  );
}
