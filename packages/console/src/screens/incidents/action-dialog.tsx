import type { IncidentDto } from '@cardwatch/contracts/api';
import type { CorrectiveAction } from '@cardwatch/contracts/watch';
import { dayMs } from '@cardwatch/kernel';
import { useState } from 'react';
import { useConsole } from '../../console.tsx';
import { useWords } from '../../words/words.tsx';
import { ActDialog, useIncidentAct } from './act-dialog.tsx';
import { numberFrom } from './action.core.ts';
import { ChoiceField, TextField, TimeField } from './fields.tsx';
import { usePeople } from './use-names.ts';

/** `action` null: a new one. The same state again: its words are changed. */
export interface ActionWish {
  readonly action: CorrectiveAction | null;
  readonly to: CorrectiveAction['state'];
}

interface ActionDialogProps {
  readonly incident: IncidentDto;
  readonly wish: ActionWish;
  readonly close: () => void;
}

const weeksMs = 14 * dayMs;

/** Adds an action, changes its words, or takes it a step on; 验证 asks for the measure before and after. */
export function ActionDialog({ incident, wish: { action, to }, close }: ActionDialogProps) {
  const t = useWords();
  const { client, now } = useConsole();
  const act = useIncidentAct(close);
  const people = usePeople();
  const [type, setType] = useState<CorrectiveAction['type']>(action?.type ?? 'corrective');
  const [text, setText] = useState(action?.text ?? '');
  const [owner, setOwner] = useState(action?.owner ?? '');
  const [dueAt, setDueAt] = useState<number | undefined>(() => action?.dueAt ?? now() + weeksMs);
  const [metric, setMetric] = useState(action?.effect?.metric ?? '');
  const [before, setBefore] = useState(String(action?.effect?.before ?? ''));
  const [after, setAfter] = useState(String(action?.effect?.after ?? ''));
  const [fromAt, setFromAt] = useState<number | undefined>(() => action?.effect?.fromAt ?? now() - weeksMs);
  const [checkedAt, setCheckedAt] = useState<number | undefined>(() => action?.effect?.checkedAt ?? now());
  const verifies = to === 'verified';
  const writes = action === null || action.state === to;
  const [was, is] = [numberFrom(before), numberFrom(after)];
  const measuredEffect =
    metric.trim() === '' || was === undefined || is === undefined || fromAt === undefined || checkedAt === undefined
      ? undefined
      : { metric: metric.trim(), before: was, after: is, fromAt, checkedAt };
  const submit = (): void => {
    if (dueAt === undefined) return;
    const effect = verifies ? (measuredEffect ?? null) : (action?.effect ?? null);
    const body = { actionId: action?.actionId ?? null, type, text: text.trim(), owner: owner.trim(), dueAt, state: to, effect };
    act.mutate((idempotencyKey) =>
      client.fetch('actionIncident', { params: { incidentId: incident.incidentId }, body: { ...body, idempotencyKey } }),
    );
  };
  const verb = t(action === null ? 'incident.addAction' : writes ? 'incident.change' : `incident.actionStep.${to}`);
  return (
    <ActDialog
      title={verb}
      text={writes ? t('incident.actionsExplain') : (action?.text ?? '')}
      action={verb}
      ready={text.trim() !== '' && owner.trim() !== '' && dueAt !== undefined && (!verifies || measuredEffect !== undefined)}
      act={act}
      submit={submit}
      close={close}
    >
      {writes && (
        <>
          <ChoiceField
            id="actionType"
            label={t('incident.actionType')}
            value={type}
            options={(['corrective', 'preventive'] as const).map((value) => ({
              value,
              label: t(`incident.actionType.${value}`),
            }))}
            change={setType}
          />
          <TextField id="actionText" label={t('incident.actionText')} value={text} change={setText} max={400} rows={3} />
          <ChoiceField
            id="actionOwner"
            label={t('incident.owner')}
            value={owner === '' ? undefined : owner}
            options={people.map(({ account, name }) => ({ value: account, label: name }))}
            change={setOwner}
          />
          <TimeField id="dueAt" label={t('incident.dueDay')} value={dueAt} change={setDueAt} />
        </>
      )}
      {verifies && (
        <div className="form-pairs">
          <TextField
            id="metric"
            label={t('incident.metric')}
            value={metric}
            change={setMetric}
            max={64}
            hint={t('incident.metricHint')}
          />
          <TextField id="before" label={t('incident.before')} value={before} change={setBefore} max={20} />
          <TextField id="after" label={t('incident.after')} value={after} change={setAfter} max={20} />
          <TimeField id="fromAt" label={t('incident.measuredFrom')} value={fromAt} change={setFromAt} />
          <TimeField id="checkedAt" label={t('incident.measuredTo')} value={checkedAt} change={setCheckedAt} />
        </div>
      )}
    </ActDialog>
  );
}
