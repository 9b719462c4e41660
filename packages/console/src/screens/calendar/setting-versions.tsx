import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useState } from 'react';
import { calendarKeys, type SettingName } from '../../api/calendar-queries.ts';
import { useConsole, useNow } from '../../console.tsx';
import { zone } from '../../format/time.ts';
import { FailureNote } from '../../frame/failure.tsx';
import { useMay } from '../../frame/use-session.ts';
import { Moment } from '../../grid/cells.tsx';
import { useWords } from '../../words/words.tsx';
import { ReasonDialog } from '../reason-dialog.tsx';
import { useAct } from '../use-act.ts';

/** Who changed it, when and why; an earlier version comes back as a new one. */
export function SettingVersions({ setting, current }: { readonly setting: SettingName; readonly current: number }) {
  const t = useWords();
  const { queries, client } = useConsole();
  const now = useNow(60_000);
  const may = useMay('duty:edit');
  const list = useQuery(queries.settingVersions(setting));
  const [to, setTo] = useState<number>();
  const roll = useAct({
    act: (reason: string, idempotencyKey) =>
      client.fetch('rollbackSetting', { params: { setting }, body: { to: to ?? 0, basedOn: current, reason, idempotencyKey } }),
    changes: [calendarKeys.calendars],
    said: t('setting.rolledBack'),
    after: () => setTo(undefined),
  });
  const versions = list.data?.items ?? [];
  const button = (version: number) =>
    may &&
    version !== current && (
      <Button size="small" onClick={() => setTo(version)}>
        {t('rule.rollback')}
      </Button>
    );
  return (
    <section className="panel scroll" aria-label={t('rule.versions')} tabIndex={0}>
      <h2>{t('rule.versions')}</h2>
      {list.error !== null && <FailureNote error={list.error} />}
      {list.data !== undefined && versions.length === 0 && <p className="meta">{t('setting.never')}</p>}
      {versions.length > 0 && (
        <table className="plain">
          <thead>
            <tr>
              <th scope="col">{t('column.version')}</th>
              <th scope="col">
                {t('rule.when')} <span className="meta">{zone}</span>
              </th>
              <th scope="col">{t('rule.who')}</th>
              <th scope="col">{t('rule.why')}</th>
              <th scope="col">
                <span className="hidden">{t('people.act')}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {versions.map(({ version, at, author, reason }) => (
              <tr key={version}>
                <th scope="row" className="number">
                  {version}
                </th>
                <td className="number">
                  <Moment at={at} now={now} />
                </td>
                <td>{author}</td>
                <td>{reason}</td>
                <td>{button(version)}</td>
              </tr>
            ))}
            <tr>
              <th scope="row" className="number">
                0
              </th>
              <td>–</td>
              <td>–</td>
              <td className="meta">{t('setting.empty')}</td>
              <td>{button(0)}</td>
            </tr>
          </tbody>
        </table>
      )}
      {to !== undefined && (
        <ReasonDialog
          title={t('setting.rollbackTitle', { n: to })}
          text={t('setting.rollbackText')}
          action={t('rule.rollback')}
          pending={roll.isPending}
          error={roll.error}
          submit={(reason) => roll.mutate(reason)}
          close={() => setTo(undefined)}
        />
      )}
    </section>
  );
}
