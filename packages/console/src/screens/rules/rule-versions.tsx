import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useState } from 'react';
import { rulesKeys, type RuleRow } from '../../api/rules-queries.ts';
import { useConsole, useNow } from '../../console.tsx';
import { zone } from '../../format/time.ts';
import { FailureNote } from '../../frame/failure.tsx';
import { useMay } from '../../frame/use-session.ts';
import { Moment } from '../../grid/cells.tsx';
import { useWords } from '../../words/words.tsx';
import { ReasonDialog } from '../reason-dialog.tsx';
import { useAct } from '../use-act.ts';
import { ChangesList } from './changes-list.tsx';
import { changesOf } from './rule.core.ts';

/** Every version with what it changed; an earlier one comes back as a new one. */
export function RuleVersions({ row }: { readonly row: RuleRow }) {
  const t = useWords();
  const { queries } = useConsole();
  const now = useNow(30_000);
  const may = useMay('rules:edit');
  const list = useQuery(queries.ruleVersions(row.rule));
  const [to, setTo] = useState<number>();
  const defaults = { enabled: row.rule !== 'testAlarm', timing: row.defaultTiming, params: {} };
  const versions = list.data?.items ?? [];
  return (
    <>
      {list.error !== null && <FailureNote error={list.error} retry={() => void list.refetch()} />}
      <div className="scroll panel" tabIndex={0}>
        <table className="plain rule-versions">
          <thead>
            <tr>
              {(['column.version', 'rule.when', 'rule.who', 'rule.basis', 'rule.why', 'rule.difference'] as const).map((word) => (
                <th key={word} scope="col">
                  {t(word)} {word === 'rule.when' && <span className="meta">{zone}</span>}
                </th>
              ))}
              <th scope="col">
                <span className="hidden">{t('people.act')}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {versions.map((version, n) => (
              <tr key={version.version}>
                <th scope="row" className="number">
                  {version.version}
                </th>
                <td className="number">
                  <Moment at={version.savedAt} now={now} />
                </td>
                <td>{version.author}</td>
                <td>{t(`rule.basis.${version.basis}`)}</td>
                <td className="rule-reason">{version.reason}</td>
                <td>
                  <ChangesList changes={changesOf(versions[n + 1] ?? defaults, version, row.params)} fields={row.params} />
                </td>
                <td>
                  {may && n > 0 && (
                    <Button size="small" onClick={() => setTo(version.version)}>
                      {t('rule.rollback')}
                    </Button>
                  )}
                </td>
              </tr>
            ))}
            <tr>
              <th scope="row" className="number">
                0
              </th>
              <td>–</td>
              <td>–</td>
              <td>{t('rule.basis.default')}</td>
              <td className="meta">{t('rule.releaseDefault')}</td>
              <td />
              <td>
                {may && versions.length > 0 && (
                  <Button size="small" onClick={() => setTo(0)}>
                    {t('rule.rollback')}
                  </Button>
                )}
              </td>
            </tr>
          </tbody>
        </table>
      </div>
      {to !== undefined && <Rollback row={row} to={to} close={() => setTo(undefined)} />}
    </>
  );
}

function Rollback({ row, to, close }: { readonly row: RuleRow; readonly to: number; readonly close: () => void }) {
  const t = useWords();
  const { client } = useConsole();
  const roll = useAct({
    act: (reason: string, idempotencyKey) =>
      client.fetch('rollbackRule', { params: { rule: row.rule }, body: { to, reason, idempotencyKey } }),
    changes: [rulesKeys.rules],
    said: t('rule.rolledBack', { n: to }),
    after: close,
  });
  return (
    <ReasonDialog
      title={t('rule.rollbackTitle', { name: t(`rule.name.${row.rule}`), n: to })}
      text={t('rule.rollbackText', { n: row.current.version + 1 })}
      action={t('rule.rollback')}
      pending={roll.isPending}
      error={roll.error}
      submit={(reason) => roll.mutate(reason)}
      close={close}
    />
  );
}
