import type { IncidentDto } from '@cardwatch/contracts/api';
import type { ResponseLevel } from '@cardwatch/contracts/watch';
import { useState } from 'react';
import { useConsole } from '../../console.tsx';
import { useWords } from '../../words/words.tsx';
import { ActDialog, useIncidentAct } from './act-dialog.tsx';
import { ChoiceField, TextField } from './fields.tsx';
import { levelOf } from './workflow.core.ts';

const levels = [1, 2, 3] as const satisfies readonly ResponseLevel[];

interface LevelProps {
  readonly incident: IncidentDto;
  readonly close: () => void;
}

/** 直接定级: another level with a reason, the factors stay as they were assessed. */
export function LevelDialog({ incident, close }: LevelProps) {
  const t = useWords();
  const { client } = useConsole();
  const act = useIncidentAct(close);
  const [level, setLevel] = useState<ResponseLevel>();
  const [reason, setReason] = useState('');
  const submit = (): void => {
    if (level === undefined) return;
    act.mutate((idempotencyKey) =>
      client.fetch('setIncidentLevel', {
        params: { incidentId: incident.incidentId },
        body: { level, reason: reason.trim(), idempotencyKey },
      }),
    );
  };
  return (
    <ActDialog
      title={t('incident.levelTitleOf', { number: incident.number })}
      text={t('incident.levelText')}
      action={t('incident.act.level')}
      ready={level !== undefined && reason.trim() !== ''}
      act={act}
      submit={submit}
      close={close}
    >
      <ChoiceField
        id="level"
        label={t('incident.responseLevel')}
        value={level}
        options={levels
          .filter((one) => one !== levelOf(incident))
          .map((value) => ({ value, label: t(`incident.level.${value}`) }))}
        change={setLevel}
      />
      <TextField id="reason" label={t('form.reason')} value={reason} change={setReason} max={400} rows={2} />
    </ActDialog>
  );
}
