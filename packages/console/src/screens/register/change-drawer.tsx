import type { RegisterImportDetailDto } from '@cardwatch/contracts/api';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { Button, Drawer } from 'antd';
import { useState } from 'react';
import { useConsole } from '../../console.tsx';
import { count } from '../../format/money.ts';
import { fullTime, zone } from '../../format/time.ts';
import { FailureNote } from '../../frame/failure.tsx';
import { useMay } from '../../frame/use-session.ts';
import { withSearch } from '../../search.ts';
import { useLanguage, useWords } from '../../words/words.tsx';
import { ReasonDialog } from '../reason-dialog.tsx';
import { type EditWords, shownText } from './edit-text.core.ts';
import { useChange } from './use-change.ts';

const route = getRouteApi('/app/register');

/** One change of the register with its rows, what is in the way of taking it back, and taking it back. */
export function ChangeDrawer({ importId }: { readonly importId: string }) {
  const { say: t, language } = useLanguage();
  const { queries } = useConsole();
  const navigate = route.useNavigate();
  const mayEdit = useMay('topology:edit');
  const detail = useQuery({ ...queries.registerImport(importId), staleTime: 0 });
  const [asking, setAsking] = useState(false);
  const item = detail.data?.item;
  const isStuck = (detail.data?.inTheWay.length ?? 0) > 0;
  return (
    <Drawer
      open
      size={720}
      title={item === undefined ? t('list.loading') : t(`change.kind.${item.kind}`)}
      onClose={() => void navigate({ search: (old) => withSearch(old, { importId: undefined }) })}
      extra={
        mayEdit &&
        item?.rolledBackBy === null && (
          <Button size="small" disabled={isStuck} onClick={() => setAsking(true)}>
            {t('change.takeBack')}
          </Button>
        )
      }
    >
      {detail.error !== null && <FailureNote error={detail.error} retry={() => void detail.refetch()} />}
      {item !== undefined && (
        <dl className="pairs">
          <dt>{t('change.at')}</dt>
          <dd className="number">
            {fullTime(item.at, language)} {zone}
          </dd>
          <dt>{t('change.by')}</dt>
          <dd>{item.by}</dd>
          <dt>{t('column.reason')}</dt>
          <dd>{item.reason}</dd>
          {item.digest !== null && (
            <>
              <dt>{t('change.digest')}</dt>
              <dd className="digest">{item.digest}</dd>
            </>
          )}
        </dl>
      )}
      {item !== undefined && item.rolledBackBy !== null && <p className="note">{t('change.isTakenBack')}</p>}
      {detail.data !== undefined && <InTheWay detail={detail.data} />}
      {detail.data !== undefined && <Edits detail={detail.data} />}
      {asking && <TakeBackDialog importId={importId} close={() => setAsking(false)} />}
    </Drawer>
  );
}

export const useEditWords = (): EditWords => {
  const t = useWords();
  return {
    nothing: t('change.nothing'),
    open: t('register.open'),
    zone: t('register.zone'),
    cluster: t('register.cluster'),
    port: t('suggestion.port'),
  };
};

function InTheWay({ detail: { inTheWay } }: { readonly detail: RegisterImportDetailDto }) {
  const t = useWords();
  const words = useEditWords();
  if (inTheWay.length === 0) return null;
  return (
    <section className="entry-part">
      <p className="note">{t('change.inTheWay', { n: count(inTheWay.length) })}</p>
      <table className="plain">
        <thead>
          <tr>
            <th>{t('change.row')}</th>
            <th>{t('change.itMade')}</th>
            <th>{t('change.nowIs')}</th>
          </tr>
        </thead>
        <tbody>
          {inTheWay.map(({ table, key, after, now }) => (
            <tr key={`${table}-${key}`}>
              <th scope="row">
                {t(`change.table.${table}`)} <span className="meta">{key}</span>
              </th>
              <td>{shownText(table, after, words)}</td>
              <td>{shownText(table, now, words)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Edits({ detail: { edits, editCount } }: { readonly detail: RegisterImportDetailDto }) {
  const t = useWords();
  const words = useEditWords();
  return (
    <section className="entry-part">
      <h2>
        {t('change.rows')} <span className="meta">{count(editCount)}</span>
      </h2>
      <table className="plain">
        <thead>
          <tr>
            <th>{t('change.row')}</th>
            <th>{t('change.before')}</th>
            <th>{t('change.after')}</th>
          </tr>
        </thead>
        <tbody>
          {edits.map(({ table, key, before, after }) => (
            <tr key={`${table}-${key}`}>
              <th scope="row">
                {t(`change.table.${table}`)} <span className="meta">{key}</span>
              </th>
              <td>{shownText(table, before, words)}</td>
              <td>{shownText(table, after, words)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {editCount > edits.length && <p className="meta">{t('change.more', { n: count(editCount - edits.length) })}</p>}
    </section>
  );
}

function TakeBackDialog({ importId, close }: { readonly importId: string; readonly close: () => void }) {
  const t = useWords();
  const change = useChange<'rollbackRegister'>(
    (client, acting) => client.fetch('rollbackRegister', { params: { importId }, body: acting }),
    close,
  );
  return (
    <ReasonDialog
      title={t('change.takeBackTitle')}
      text={t('change.takeBackText')}
      action={t('change.takeBack')}
      pending={change.isPending}
      error={change.error}
      submit={(reason) => change.mutate(reason)}
      close={close}
    />
  );
}
