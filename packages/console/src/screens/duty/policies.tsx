import type { NoticePolicy } from '@cardwatch/contracts/watch';
import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useState } from 'react';
import { dutyKeys } from '../../api/duty-queries.ts';
import { useConsole } from '../../console.tsx';
import { duration } from '../../format/time.ts';
import { FailureNote } from '../../frame/failure.tsx';
import { useMay } from '../../frame/use-session.ts';
import { LevelMark } from '../../marks/level.tsx';
import { sayOr } from '../../words/say.ts';
import { dutyName } from '../../words/duty-name.ts';
import { useLanguage } from '../../words/words.tsx';
import { ReasonDialog } from '../reason-dialog.tsx';
import { useAct } from '../use-act.ts';
import { DryRun } from './dry-run.tsx';
import { newPolicy } from './duty.core.ts';
import { PolicyDrawer } from './policy-drawer.tsx';

/** 策略: who is told of what, in which order; and where an alarm would go now. */
export function Policies() {
  const { say: t } = useLanguage();
  const { queries } = useConsole();
  const may = useMay('duty:edit');
  const list = useQuery(queries.policies());
  const [editing, setEditing] = useState<NoticePolicy>();
  const [removing, setRemoving] = useState<NoticePolicy>();
  const policies = list.data?.policies ?? [];
  return (
    <>
      {list.error !== null && <FailureNote error={list.error} retry={() => void list.refetch()} />}
      {may && (
        <div className="filters">
          <Button size="small" type="primary" onClick={() => setEditing(newPolicy(''))}>
            {t('policy.add')}
          </Button>
        </div>
      )}
      {list.data !== undefined && policies.length === 0 && <p className="empty">{t('policy.none')}</p>}
      {policies.map((policy) => (
        <PolicyPanel
          key={policy.policyId}
          policy={policy}
          edit={may ? () => setEditing(policy) : undefined}
          remove={() => setRemoving(policy)}
        />
      ))}
      <DryRun />
      {editing !== undefined && <PolicyDrawer policy={editing} policies={policies} close={() => setEditing(undefined)} />}
      {removing !== undefined && <Removing policy={removing} policies={policies} close={() => setRemoving(undefined)} />}
    </>
  );
}

interface PanelProps {
  readonly policy: NoticePolicy;
  readonly edit: (() => void) | undefined;
  readonly remove: () => void;
}

function PolicyPanel({ policy, edit, remove }: PanelProps) {
  const { say: t, language } = useLanguage();
  const comma = language === 'zh' ? '、' : ', ';
  const { queries } = useConsole();
  const people = useQuery(queries.recipients()).data?.items ?? [];
  const nameOf = (who: string): string =>
    who.startsWith('duty:')
      ? t('policy.dutyOf', { duty: dutyName(who.slice(5), language) })
      : (people.find((one) => one.recipientId === who)?.displayName ?? who);
  const ruleOf = (rule: string): string => sayOr(language, `rule.name.${rule}`, rule);
  const list = (items: readonly string[], all: string): string => (items.length === 0 ? all : items.join(comma));
  const facts: readonly (readonly [string, string])[] = [
    [t('policy.rules'), list(policy.rules.map(ruleOf), t('policy.allRules'))],
    [t('policy.areas'), list(policy.areas, t('policy.allAreas'))],
    [t('policy.channels'), policy.channels.map((channel) => t(`channel.${channel}`)).join(' → ')],
    [t('policy.fallback'), duration(policy.fallbackAfterMs, language)],
    [t('policy.repeats'), t('policy.times', { n: policy.repeats })],
    [t('policy.remind'), policy.remindEveryMs === null ? '–' : duration(policy.remindEveryMs, language)],
    [t('policy.acknowledge'), duration(policy.acknowledgeForMs, language)],
    [t('policy.quiet'), policy.quiet === null ? '–' : policy.quiet.join(' – ')],
    [t('policy.digest'), policy.digestEveryMs === null ? '–' : duration(policy.digestEveryMs, language)],
    [t('policy.deputy'), policy.deputy === undefined ? '–' : nameOf(policy.deputy)],
  ];
  return (
    <section className="panel" aria-label={policy.policyId}>
      <h2>
        {policy.policyId}
        {policy.levels.map((level) => (
          <LevelMark key={level} level={level} />
        ))}
        <span className="push" />
        {edit !== undefined && (
          <>
            <Button size="small" onClick={edit}>
              {t('policy.edit')}
            </Button>
            <Button size="small" onClick={remove}>
              {t('policy.remove')}
            </Button>
          </>
        )}
      </h2>
      <ol className="policy-steps">
        {policy.steps.map((step, n) => (
          <li key={n}>
            <span className="meta">
              {n === 0 && step.afterMs === 0 ? t('policy.atOnce') : t('policy.after', { time: duration(step.afterMs, language) })}
            </span>
            {step.who.map(nameOf).join(comma)}
          </li>
        ))}
      </ol>
      <dl className="facts">
        {facts.map(([label, value]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

interface RemovingProps {
  readonly policy: NoticePolicy;
  readonly policies: readonly NoticePolicy[];
  readonly close: () => void;
}

function Removing({ policy, policies, close }: RemovingProps) {
  const { say: t } = useLanguage();
  const { client } = useConsole();
  const remove = useAct({
    act: (reason: string, idempotencyKey) =>
      client.fetch('savePolicies', { body: { policies: policies.filter((one) => one !== policy), reason, idempotencyKey } }),
    changes: [dutyKeys.duty],
    said: t('policy.removed'),
    after: close,
  });
  return (
    <ReasonDialog
      title={t('policy.removeTitle', { name: policy.policyId })}
      text={t('policy.removeText')}
      action={t('policy.remove')}
      pending={remove.isPending}
      error={remove.error}
      submit={(reason) => remove.mutate(reason)}
      close={close}
    />
  );
}
