import type { NoticeDto } from '@cardwatch/contracts/api';
import { Button } from 'antd';
import { useState } from 'react';
import { dutyKeys } from '../../api/duty-queries.ts';
import { useConsole } from '../../console.tsx';
import { measured } from '../../format/size.ts';
import { fullTime, type Language } from '../../format/time.ts';
import { useMay } from '../../frame/use-session.ts';
import { Glyph } from '../../marks/mark.tsx';
import type { Shape, Tone } from '../../marks/states.ts';
import { useWords } from '../../words/words.tsx';
import { ReasonDialog } from '../reason-dialog.tsx';
import { useAct } from '../use-act.ts';

const marks: Readonly<Record<NoticeDto['state'], { readonly shape: Shape; readonly tone: Tone }>> = {
  queued: { shape: 'hollow', tone: 'unknown' },
  sending: { shape: 'halfDot', tone: 'unknown' },
  sent: { shape: 'dot', tone: 'unknown' },
  delivered: { shape: 'dot', tone: 'normal' },
  read: { shape: 'dot', tone: 'normal' },
  acknowledged: { shape: 'dot', tone: 'normal' },
  failed: { shape: 'slashedRing', tone: 'level1' },
  unconfirmed: { shape: 'slashedRing', tone: 'level2' },
  muted: { shape: 'bar', tone: 'unknown' },
};

export function NoticeMark({ state }: { readonly state: NoticeDto['state'] }) {
  const t = useWords();
  const { shape, tone } = marks[state];
  return (
    <span className={tone === 'level1' || tone === 'level2' ? `mark tone-${tone}` : 'mark'}>
      <Glyph shape={shape} tone={tone} />
      <span className="mark-word">{t(`notice.state.${state}`)}</span>
    </span>
  );
}

/** Attempt by attempt: what was tried, what the channel said. */
export function NoticeDetail({ notice, language }: { readonly notice: NoticeDto; readonly language: Language }) {
  const t = useWords();
  const { client } = useConsole();
  const may = useMay('alarms:handle');
  const [asking, setAsking] = useState(false);
  const resend = useAct({
    act: (reason: string, idempotencyKey) =>
      client.fetch('resendNotice', { params: { noticeId: notice.noticeId }, body: { reason, idempotencyKey } }),
    changes: [dutyKeys.notices],
    said: t('notice.resent'),
    after: () => setAsking(false),
  });
  return (
    <>
      <p className="notice-head">
        <NoticeMark state={notice.state} /> {t(`notice.reason.${notice.reason}`)}
        {notice.mutedBy !== null && <span className="meta">{t('notice.mutedBy', { by: notice.mutedBy })}</span>}
        <span className="push" />
        {may && notice.state === 'failed' && (
          <Button size="small" onClick={() => setAsking(true)}>
            {t('notice.resend')}
          </Button>
        )}
      </p>
      <dl className="facts">
        {(
          [
            ['notice.queued', notice.queuedAt],
            ['notice.nextTry', notice.nextTryAt],
            ['notice.sent', notice.sentAt],
            ['notice.acknowledged', notice.acknowledgedAt],
          ] as const
        ).map(([word, at]) => (
          <div key={word}>
            <dt>{t(word)}</dt>
            <dd className="number">{at === null ? '–' : fullTime(at, language)}</dd>
          </div>
        ))}
      </dl>
      <h3>{t('notice.attempts')}</h3>
      {notice.attempts.length === 0 && <p className="meta">{t('notice.noAttempts')}</p>}
      {notice.attempts.length > 0 && (
        <div className="scroll" tabIndex={0}>
          <table className="plain">
            <thead>
              <tr>
                <th scope="col">{t('notice.at')}</th>
                <th scope="col">{t('dryRun.channel')}</th>
                <th scope="col">{t('notice.outcome')}</th>
                <th scope="col" className="end">
                  {t('notice.latency')}
                </th>
                <th scope="col">{t('notice.code')}</th>
              </tr>
            </thead>
            <tbody>
              {notice.attempts.map((attempt) => (
                <tr key={attempt.at}>
                  <th scope="row" className="number">
                    {fullTime(attempt.at, language)}
                  </th>
                  <td>{t(`channel.${attempt.channel}`)}</td>
                  <td>{t(`notice.outcome.${attempt.outcome}`)}</td>
                  <td className="end number">{measured(attempt.latencyMs)} ms</td>
                  <td>{attempt.code ?? '–'}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {asking && (
        <ReasonDialog
          title={t('notice.resendTitle')}
          text={t('notice.resendText')}
          action={t('notice.resend')}
          pending={resend.isPending}
          error={resend.error}
          submit={(reason) => resend.mutate(reason)}
          close={() => setAsking(false)}
        />
      )}
    </>
  );
}
