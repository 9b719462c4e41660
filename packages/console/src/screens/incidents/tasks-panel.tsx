import type { IncidentDto, IncidentGuideDto } from '@cardwatch/contracts/api';
import type { IncidentMark } from '@cardwatch/contracts/watch';
import { Button } from 'antd';
import { useState } from 'react';
import { useNow } from '../../console.tsx';
import { duration, fullTime, shortTime } from '../../format/time.ts';
import { useMay } from '../../frame/use-session.ts';
import { useLanguage } from '../../words/words.tsx';
import { incidentMarks, MarkDialog } from './mark-dialog.tsx';
import { MoveDialog } from './move-dialog.tsx';
import { type Step, stepsFrom } from './workflow.core.ts';

type Task = IncidentGuideDto['tasks'][number];

/** The task is done by a step of the workflow, or by a moment that is written down. */
const stepOf: Readonly<Partial<Record<Task['task'], Step>>> = {
  accept: 'accepted',
  restore: 'restored',
  removeCause: 'resolved',
};
const markOf: Readonly<Partial<Record<Task['task'], IncidentMark>>> = {
  goOnSite: 'onSite',
  consult: 'consulted',
  noticeStart: 'startNotice',
  noticeUpdate: 'latestNotice',
  noticeEnd: 'endNotice',
};

interface TasksProps {
  readonly incident: IncidentDto;
  readonly guide: IncidentGuideDto | undefined;
}

/** What is to be done now, by role, and until when; the moments that are on record. */
export function TasksPanel({ incident, guide }: TasksProps) {
  const { say: t, language } = useLanguage();
  const now = useNow(30_000);
  const marks = incidentMarks.filter((mark) => incident.marks?.[mark] !== undefined);
  return (
    <section className="panel">
      <h2>{t('incident.tasks')}</h2>
      {guide?.tasks.length === 0 && <p className="meta">{t('incident.noTasks')}</p>}
      <ul className="task-list">
        {(guide?.tasks ?? []).map((task) => (
          <TaskLine key={task.role + task.task} incident={incident} task={task} />
        ))}
      </ul>
      {marks.length > 0 && (
        <dl className="pairs">
          {marks.map((mark) => {
            const at = incident.marks?.[mark] ?? 0;
            return (
              <div key={mark}>
                <dt>{t(`incident.mark.${mark}`)}</dt>
                <dd className="number" title={fullTime(at, language)}>
                  {shortTime(at, now)}
                </dd>
              </div>
            );
          })}
        </dl>
      )}
    </section>
  );
}

function TaskLine({ incident, task: { role, task, dueAt, overdue } }: { readonly incident: IncidentDto; readonly task: Task }) {
  const { say: t, language } = useLanguage();
  const now = useNow(10_000);
  const mayHandle = useMay('incidents:handle');
  const [acting, setActing] = useState(false);
  const step = stepOf[task];
  const mark = markOf[task];
  const canStep = step !== undefined && stepsFrom[incident.state].includes(step);
  const close = (): void => setActing(false);
  return (
    <li>
      <span className="meta">{t(`incident.role.${role}`)}</span>
      <span>{t(`incident.task.${task}`)}</span>
      <span
        className={overdue ? 'number tone-level1' : 'number meta'}
        title={dueAt === null ? undefined : fullTime(dueAt, language)}
      >
        {dueAt === null
          ? ''
          : dueAt < now
            ? t('incident.clock.over', { time: duration(now - dueAt, language) })
            : t('incident.clock.left', { time: duration(dueAt - now, language) })}
      </span>
      {mayHandle && (canStep || mark !== undefined) ? (
        <Button size="small" onClick={() => setActing(true)}>
          {t(canStep ? 'incident.do' : 'incident.note.it')}
        </Button>
      ) : (
        <span />
      )}
      {acting && canStep && <MoveDialog incident={incident} to={step} close={close} />}
      {acting && mark !== undefined && <MarkDialog incident={incident} initial={mark} close={close} />}
    </li>
  );
}
