import type { IncidentDto } from '@cardwatch/contracts/api';
import type { CorrectiveAction } from '@cardwatch/contracts/watch';
import { Button } from 'antd';
import { useState } from 'react';
import { useNow } from '../../console.tsx';
import { measured } from '../../format/size.ts';
import { day, fullTime } from '../../format/time.ts';
import { useMay } from '../../frame/use-session.ts';
import { none } from '../../grid/cells.tsx';
import { useLanguage } from '../../words/words.tsx';
import { ActionDialog, type ActionWish } from './action-dialog.tsx';
import { actionSteps, isOverdue } from './action.core.ts';
import { useNames } from './use-names.ts';
import { Scroll } from '../../frame/scroll.tsx';

/** 整改: what is done so that it does not come back, by whom, until when, and whether it helped. */
export function ActionsTab({ incident }: { readonly incident: IncidentDto }) {
  const { say: t } = useLanguage();
  const mayReview = useMay('incidents:review');
  const [wish, setWish] = useState<ActionWish>();
  return (
    <section className="panel">
      <h2>
        {t('incident.tab.actions')} <span className="meta">{t('incident.actionsExplain')}</span>
        <span className="push" />
        {mayReview && (
          <Button size="small" onClick={() => setWish({ action: null, to: 'open' })}>
            {t('incident.addAction')}
          </Button>
        )}
      </h2>
      {incident.actions.length === 0 ? (
        <p className="empty">{t(mayReview ? 'incident.noActions' : 'incident.noActionsMayNot')}</p>
      ) : (
        <Scroll label={t('incident.tab.actions')} isPlain>
          <table className="plain wide">
            <thead>
              <tr>
                <th>{t('incident.actionType')}</th>
                <th>{t('incident.actionText')}</th>
                <th>{t('incident.owner')}</th>
                <th>{t('incident.dueDay')}</th>
                <th>{t('column.state')}</th>
                <th>{t('incident.effect')}</th>
                {mayReview && <th />}
              </tr>
            </thead>
            <tbody>
              {incident.actions.map((action) => (
                <ActionRow key={action.actionId} action={action} wish={mayReview ? setWish : undefined} />
              ))}
            </tbody>
          </table>
        </Scroll>
      )}
      {wish !== undefined && <ActionDialog incident={incident} wish={wish} close={() => setWish(undefined)} />}
    </section>
  );
}

interface RowProps {
  readonly action: CorrectiveAction;
  readonly wish: ((wish: ActionWish) => void) | undefined;
}

function ActionRow({ action, wish }: RowProps) {
  const { say: t, language } = useLanguage();
  const now = useNow(60_000);
  const nameOf = useNames();
  const { type, text, owner, dueAt, state, effect } = action;
  const late = isOverdue(action, now);
  return (
    <tr>
      <td>{t(`incident.actionType.${type}`)}</td>
      <td className="wrap">{text}</td>
      <td>{nameOf(owner)}</td>
      <td className={late ? 'number tone-level1' : 'number'} title={fullTime(dueAt, language)}>
        {day(dueAt)} {late && t('incident.overdue')}
      </td>
      <td>{t(`incident.action.${state}`)}</td>
      <td className="wrap">
        {effect === null
          ? none
          : t('incident.effectIs', {
              metric: effect.metric,
              before: measured(effect.before),
              after: measured(effect.after),
              from: day(effect.fromAt),
              to: day(effect.checkedAt),
            })}
      </td>
      {wish !== undefined && (
        <td className="end act-cell">
          {actionSteps[state].map((to) => (
            <Button key={to} size="small" onClick={() => wish({ action, to })}>
              {t(`incident.actionStep.${to}`)}
            </Button>
          ))}
          {state === 'open' && (
            <Button size="small" onClick={() => wish({ action, to: 'open' })}>
              {t('incident.change')}
            </Button>
          )}
        </td>
      )}
    </tr>
  );
}
