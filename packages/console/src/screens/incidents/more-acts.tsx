import type { IncidentDto } from '@cardwatch/contracts/api';
import type { Alarm } from '@cardwatch/contracts/watch';
import { useNavigate } from '@tanstack/react-router';
import { Button, Dropdown } from 'antd';
import { useState } from 'react';
import { useMay } from '../../frame/use-session.ts';
import { useWords } from '../../words/words.tsx';
import { AssessDialog } from './assess-dialog.tsx';
import { AssignDialog } from './assign-dialog.tsx';
import { LevelDialog } from './level-dialog.tsx';
import { MarkDialog } from './mark-dialog.tsx';
import { MergeDialog } from './merge-dialog.tsx';
import { PackDialog } from './pack-dialog.tsx';
import { SplitDialog } from './split-dialog.tsx';
import { isOver, isRunning } from './workflow.core.ts';

type Act = 'assign' | 'assess' | 'level' | 'mark' | 'pack' | 'merge' | 'split';

interface MoreActsProps {
  readonly incident: IncidentDto;
  readonly alarms: readonly Alarm[];
}

/** What can be done beside the workflow, as far as this incident and this person allow it. */
export function MoreActs({ incident, alarms }: MoreActsProps) {
  const t = useWords();
  const navigate = useNavigate();
  const mayReview = useMay('incidents:review');
  const [act, setAct] = useState<Act>();
  const close = (): void => setAct(undefined);
  const open = (made: IncidentDto): void => {
    close();
    void navigate({ to: '/incidents/$incidentId', params: { incidentId: made.incidentId } });
  };
  const splits = mayReview && isRunning(incident) && alarms.length > 1;
  const acts: readonly Act[] = [
    ...(isOver(incident) ? [] : (['assign'] as const)),
    'assess',
    ...(mayReview ? (['level'] as const) : []),
    ...(['merged', 'falseAlarm'].includes(incident.state) ? [] : (['mark'] as const)),
    ...(isOver(incident) ? [] : (['pack'] as const)),
    ...(mayReview && isRunning(incident) ? (['merge'] as const) : []),
    ...(splits ? (['split'] as const) : []),
  ];
  const items = acts.map((key) => ({ key, label: t(`incident.act.${key}`), onClick: () => setAct(key) }));
  return (
    <>
      <Dropdown menu={{ items }} trigger={['click']}>
        <Button size="small" aria-haspopup="menu">
          {t('incident.more')} ▾
        </Button>
      </Dropdown>
      {act === 'assign' && <AssignDialog incident={incident} close={close} />}
      {act === 'assess' && <AssessDialog incident={incident} close={close} />}
      {act === 'level' && <LevelDialog incident={incident} close={close} />}
      {act === 'mark' && <MarkDialog incident={incident} close={close} />}
      {act === 'pack' && <PackDialog incident={incident} close={close} />}
      {act === 'merge' && <MergeDialog incident={incident} close={close} />}
      {act === 'split' && <SplitDialog incident={incident} alarms={alarms} close={close} done={open} />}
    </>
  );
}
