import type { SlaContractsDto } from '@cardwatch/contracts/api';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { Button, Drawer } from 'antd';
import { useState } from 'react';
import { qualityKeys } from '../../api/quality-queries.ts';
import { useConsole, useNow } from '../../console.tsx';
import { day, fullTime, shortTime, zone } from '../../format/time.ts';
import { FailureNote } from '../../frame/failure.tsx';
import { useMay } from '../../frame/use-session.ts';
import { withSearch } from '../../search.ts';
import { useLanguage } from '../../words/words.tsx';
import { ReasonDialog } from '../reason-dialog.tsx';
import { LimitsTable } from './contracts-tab.tsx';
import { inOrder } from './limits.core.ts';
import { Scroll } from '../../frame/scroll.tsx';

const route = getRouteApi('/app/quality');

/** Who changed the contracts and why; each version can be looked at and brought back. */
export function ContractHistory({ terms }: { readonly terms: SlaContractsDto }) {
  const { say: t, language } = useLanguage();
  const { queries } = useConsole();
  const { version: shown } = route.useSearch();
  const navigate = route.useNavigate();
  const now = useNow(60_000);
  const mayEdit = useMay('duty:edit');
  const [back, setBack] = useState<number>();
  const versions = useQuery(queries.contractVersions()).data?.items ?? [];
  const show = (version: number | undefined): void => void navigate({ search: (old) => withSearch(old, { version }) });
  return (
    <section className="panel">
      <h2>{t('quality.history')}</h2>
      {versions.length === 0 && <p className="empty">{t('quality.noHistory')}</p>}
      {versions.length > 0 && (
        <Scroll label={t('quality.history')} isPlain>
          <table className="plain wide">
            <thead>
              <tr>
                <th className="end">{t('quality.version')}</th>
                <th>
                  {t('quality.at')} <span className="head-hint">{zone}</span>
                </th>
                <th>{t('quality.by')}</th>
                <th>{t('form.reason')}</th>
                <th />
              </tr>
            </thead>
            <tbody>
              {versions.map(({ version, author, reason, at }) => (
                <tr key={version}>
                  <td className="end number">{version}</td>
                  <td className="number" title={fullTime(at, language)}>
                    {shortTime(at, now)}
                  </td>
                  <td>{author}</td>
                  <td>{reason}</td>
                  <td className="end">
                    <button type="button" className="quiet" onClick={() => show(version)}>
                      {t('quality.look')}
                    </button>
                    {mayEdit && version !== terms.version && (
                      <Button size="small" onClick={() => setBack(version)}>
                        {t('quality.bringBack')}
                      </Button>
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      )}
      {back !== undefined && <RollbackDialog terms={terms} to={back} close={() => setBack(undefined)} />}
      {shown !== undefined && <VersionDrawer version={shown} close={() => show(undefined)} />}
    </section>
  );
}

interface RollbackProps {
  readonly terms: SlaContractsDto;
  readonly to: number;
  readonly close: () => void;
}

function RollbackDialog({ terms, to, close }: RollbackProps) {
  const { say: t } = useLanguage();
  const { client, newId } = useConsole();
  const cache = useQueryClient();
  const [idempotencyKey] = useState(newId);
  const roll = useMutation({
    mutationFn: (reason: string) =>
      client.fetch('rollbackSetting', {
        params: { setting: 'contracts' },
        body: { to, basedOn: terms.version, reason, idempotencyKey },
      }),
    onSuccess: async () => {
      await Promise.all([
        cache.invalidateQueries({ queryKey: qualityKeys.contracts }),
        cache.invalidateQueries({ queryKey: qualityKeys.versions }),
      ]);
      close();
    },
  });
  return (
    <ReasonDialog
      title={t('quality.bringBackTitle', { version: to })}
      text={t('quality.bringBackText')}
      action={t('quality.bringBack')}
      pending={roll.isPending}
      error={roll.error}
      submit={(reason) => roll.mutate(reason)}
      close={close}
    />
  );
}

function VersionDrawer({ version, close }: { readonly version: number; readonly close: () => void }) {
  const { say: t } = useLanguage();
  const { queries } = useConsole();
  const found = useQuery(queries.contractVersion(version));
  const contracts = inOrder(found.data?.contracts ?? []);
  return (
    <Drawer open size={720} title={t('quality.versionNo', { version })} onClose={close}>
      {found.error !== null && <FailureNote error={found.error} retry={() => void found.refetch()} />}
      {found.data !== undefined && contracts.length === 0 && <p className="empty">{t('quality.noContracts')}</p>}
      {contracts.map(({ contractId, name, validFrom, limits }) => (
        <section key={contractId} className="drawer-part">
          <h2>
            {name}{' '}
            <span className="meta">
              {contractId} · {t('quality.validFrom', { day: day(validFrom) })}
            </span>
          </h2>
          <LimitsTable limits={limits} />
        </section>
      ))}
    </Drawer>
  );
}
