import type { IncidentDto } from '@cardwatch/contracts/api';
import { Form, InputNumber, Segmented } from 'antd';
import { useState } from 'react';
import { useConsole } from '../../console.tsx';
import { useWords } from '../../words/words.tsx';
import { ActDialog, useIncidentAct } from './act-dialog.tsx';
import { type Factor, type Factors, factors, hardRules, levelBy, scoreOf } from './assess.core.ts';
import { ChoiceField, TextField } from './fields.tsx';
import { LevelMark } from './level-mark.tsx';

interface AssessProps {
  readonly incident: IncidentDto;
  readonly close: () => void;
}

const byScore = 'none';
const bumpMax = 6;

/** 评估: severity, scope, urgency; the level follows, the reason is kept with who said it. */
export function AssessDialog({ incident, close }: AssessProps) {
  const t = useWords();
  const { client } = useConsole();
  const act = useIncidentAct(close);
  const last = incident.assessments.at(-1);
  const [given, setGiven] = useState<Factors>({
    severity: factorOf(last?.severity),
    scope: factorOf(last?.scope),
    urgency: factorOf(last?.urgency),
    bump: last?.bump ?? 0,
  });
  const [rule, setRule] = useState<string>(last?.hardRule ?? byScore);
  const [reason, setReason] = useState('');
  const hardRule = rule === byScore ? null : rule;
  const score = scoreOf(given);
  const submit = (): void =>
    act.mutate((idempotencyKey) =>
      client.fetch('assessIncident', {
        params: { incidentId: incident.incidentId },
        body: { ...given, hardRule, reason: reason.trim(), idempotencyKey },
      }),
    );
  return (
    <ActDialog
      title={t('incident.assessTitle', { number: incident.number })}
      text={t('incident.assessText')}
      action={t('incident.act.assess')}
      ready={reason.trim() !== ''}
      act={act}
      submit={submit}
      close={close}
    >
      {(['severity', 'scope', 'urgency'] as const).map((name) => (
        <Form.Item key={name} label={t(`incident.factor.${name}`)}>
          <Segmented
            block
            name={name}
            value={given[name]}
            options={factors.map((value) => ({ value, label: t(`incident.${name}.${value}`) }))}
            onChange={(value) => setGiven((old) => ({ ...old, [name]: factorOf(value) }))}
          />
        </Form.Item>
      ))}
      <Form.Item label={t('incident.factor.bump')} htmlFor="bump" extra={t('incident.bumpHint')}>
        <InputNumber
          id="bump"
          min={0}
          max={bumpMax}
          precision={0}
          value={given.bump}
          onChange={(bump) => setGiven((old) => ({ ...old, bump: bump ?? 0 }))}
        />
      </Form.Item>
      <ChoiceField
        id="hardRule"
        label={t('incident.hardRule')}
        value={rule}
        options={[byScore, ...hardRules].map((value) => ({
          value,
          label: t(`incident.hardRule.${value === byScore ? 'none' : ruleOf(value)}`),
        }))}
        change={setRule}
      />
      <p className="act-text">
        {t('incident.scoreIs', { score })} <LevelMark level={levelBy(score, hardRule)} />
      </p>
      <TextField id="reason" label={t('form.reason')} value={reason} change={setReason} max={400} rows={2} />
    </ActDialog>
  );
}

const factorOf = (value: unknown): Factor => factors.find((one) => one === value) ?? 0;
const ruleOf = (value: string): (typeof hardRules)[number] | 'none' => hardRules.find((one) => one === value) ?? 'none';
