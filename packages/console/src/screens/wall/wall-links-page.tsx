import type { WallLinkDto } from '@cardwatch/contracts/api';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Button } from 'antd';
import { useState } from 'react';
import { useConsole, useNow } from '../../console.tsx';
import { count } from '../../format/money.ts';
import { fullTime, shortTime, zone } from '../../format/time.ts';
import { FailureNote } from '../../frame/failure.tsx';
import { useMay } from '../../frame/use-session.ts';
import type { Column } from '../../grid/column.ts';
import { Grid } from '../../grid/grid.tsx';
import { emptyOf } from '../../list/empty.ts';
import { useLanguage } from '../../words/words.tsx';
import { AddLinkDialog } from './add-link-dialog.tsx';
import { RevokeButton } from './revoke-button.tsx';

/** 大屏: opens it here, or makes links for screens that nobody signs in at. */
export function WallLinksPage() {
  const { say: t } = useLanguage();
  const mayEdit = useMay('wall:edit');
  const [adding, setAdding] = useState(false);
  return (
    <div className="page list-page">
      <div className="title-line">
        <h1>
          {t('rail.wall')} <span className="meta">{t('wall.explain')}</span>
        </h1>
        <span className="push" />
        <Link to="/wall" target="_blank">
          {t('wall.openHere')}
        </Link>
        {mayEdit && (
          <Button type="primary" size="small" onClick={() => setAdding(true)}>
            {t('wall.add')}
          </Button>
        )}
      </div>
      {mayEdit ? <Links /> : <p className="meta">{t('wall.mayNot')}</p>}
      {adding && <AddLinkDialog close={() => setAdding(false)} />}
    </div>
  );
}

function Links() {
  const { say: t } = useLanguage();
  const { queries } = useConsole();
  const list = useQuery(queries.wallLinks());
  return (
    <>
      {list.error !== null && <FailureNote error={list.error} retry={() => void list.refetch()} />}
      <Grid
        label={t('wall.links')}
        columns={useColumns()}
        rows={(list.data?.items ?? []).map((link) => ({ type: 'row', key: link.linkId, value: link }))}
        empty={emptyOf(list, t, t('wall.noLinks'))}
      />
    </>
  );
}

function useColumns(): readonly Column<WallLinkDto>[] {
  const { say: t, language } = useLanguage();
  const now = useNow(30_000);
  const time = (at: number) => <span title={fullTime(at, language)}>{shortTime(at, now)}</span>;
  return [
    { key: 'label', title: t('wall.label'), track: 'minmax(160px, 1fr)', cell: ({ label }) => label },
    {
      key: 'areas',
      title: t('wall.areas'),
      track: 'minmax(120px, 1fr)',
      cell: ({ areas }) => (areas === null ? t('campus.all') : areas.join(' ')),
    },
    { key: 'by', title: t('wall.createdBy'), track: '130px', cell: ({ createdBy }) => createdBy },
    {
      key: 'expires',
      title: t('wall.expiresAt'),
      hint: zone,
      track: '170px',
      align: 'end',
      cell: ({ expiresAt }) => time(expiresAt),
    },
    { key: 'screens', title: t('wall.screens'), track: '90px', align: 'end', cell: ({ screens }) => count(screens) },
    {
      key: 'used',
      title: t('wall.lastUsed'),
      hint: zone,
      track: '170px',
      align: 'end',
      cell: ({ lastUsedAt }) => (lastUsedAt === null ? <span className="meta">{t('wall.neverUsed')}</span> : time(lastUsedAt)),
    },
    { key: 'act', title: t('people.act'), track: '90px', cell: (link) => <RevokeButton link={link} /> },
  ];
}
