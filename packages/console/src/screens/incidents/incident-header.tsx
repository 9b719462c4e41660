import type { IncidentDto } from '@cardwatch/contracts/api';
import type { Alarm } from '@cardwatch/contracts/watch';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Button } from 'antd';
import { useState } from 'react';
import { useConsole, useNow } from '../../console.tsx';
import { count, money } from '../../format/money.ts';
import { duration, fullTime, shortTime } from '../../format/time.ts';
import { useMay } from '../../frame/use-session.ts';
import { useKeys } from '../../grid/use-keys.ts';
import { useLanguage } from '../../words/words.tsx';
import { exposedBy } from './exposure.core.ts';
import { LevelMark } from './level-mark.tsx';
import { MoreActs } from './more-acts.tsx';
import { MoveDialog } from './move-dialog.tsx';
import { placeOf } from './place.core.ts';
import { StateMark } from './state-mark.tsx';
import { useNames } from './use-names.ts';
import { isOver, levelOf, type Step, stepsFrom, verbOf } from './workflow.core.ts';

interface HeaderProps {
  readonly incident: IncidentDto;
  readonly alarms: readonly Alarm[];
}

/** Level, state, place, since, who; and the steps that may be taken now. */
export function IncidentHeader({ incident, alarms }: HeaderProps) {
  const { say: t } = useLanguage();
  const mayHandle = useMay('incidents:handle');
  const [step, setStep] = useState<Step>();
  const steps = stepsFrom[incident.state];
  useKeys({ a: { word: 'keys.nextStep', act: () => mayHandle && setStep(steps[0]) } });
  return (
    <header className="device-header">
      <nav className="hops meta number" aria-label={t('incident.number')}>
        <Link to="/incidents">{t('rail.incidents')}</Link>
        <span aria-hidden="true">›</span>
        <span>{incident.number}</span>
      </nav>
      <div className="title-line incident-title">
        <h1>{incident.title}</h1>
        <span className="push" />
        {mayHandle && (
          <span className="incident-acts">
            {steps.map((to, n) => (
              <Button key={to} size="small" type={n === 0 ? 'primary' : 'default'} onClick={() => setStep(to)}>
                {t(`incident.step.${verbOf(incident.state, to)}`)}
              </Button>
            ))}
            <MoreActs incident={incident} alarms={alarms} />
          </span>
        )}
      </div>
      <Standing incident={incident} alarms={alarms} />
      {step !== undefined && <MoveDialog incident={incident} to={step} close={() => setStep(undefined)} />}
    </header>
  );
}

function Standing({ incident, alarms }: HeaderProps) {
  const { say: t, language } = useLanguage();
  const now = useNow(10_000);
  const nameOf = useNames();
  const { owner, occurredAt, restoredAt, watchUntil } = incident;
  const exposed = exposedBy(alarms.filter(({ condition }) => condition !== 'cleared'));
  return (
    <p className="incident-standing">
      <LevelMark level={levelOf(incident)} />
      <StateMark state={incident.state} />
      <span>{placeOf(incident)}</span>
      <span className="number" title={fullTime(occurredAt, language)}>
        {t('incident.since', { at: shortTime(occurredAt, now), lasted: duration((restoredAt ?? now) - occurredAt, language) })}
      </span>
      <span>{owner === null ? t('incident.nobody') : t('incident.ownedBy', { name: nameOf(owner) })}</span>
      {exposed.records > 0 && (
        <span className="number">
          {exposed.estimated && t('incident.about')}
          {t('incident.records', { n: count(exposed.records) })}
          {exposed.fen !== null && ` ${money(exposed.fen)}`}
        </span>
      )}
      {watchUntil !== null && watchUntil > now && !isOver(incident) && (
        <span className="tone-level3">{t('incident.watchedUntil', { at: shortTime(watchUntil, now) })}</span>
      )}
      <Relations incident={incident} />
    </p>
  );
}

/** Where it went to, and what it came after. */
function Relations({ incident: { mergedInto, previousId } }: { readonly incident: IncidentDto }) {
  const { say: t } = useLanguage();
  return (
    <>
      {mergedInto !== null && mergedInto !== undefined && (
        <span>
          {t('incident.mergedInto')} <IncidentLink incidentId={mergedInto} />
        </span>
      )}
      {previousId !== null && (
        <span>
          {t('incident.previous')} <IncidentLink incidentId={previousId} />
        </span>
      )}
    </>
  );
}

function IncidentLink({ incidentId }: { readonly incidentId: string }) {
  const { queries } = useConsole();
  const number = useQuery(queries.incident(incidentId)).data?.incident.number;
  return (
    <Link to="/incidents/$incidentId" params={{ incidentId }} className="number">
      {number ?? incidentId.slice(0, 8)}
    </Link>
  );
}
