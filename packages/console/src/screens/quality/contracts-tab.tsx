import type { SlaContractsDto } from '@cardwatch/contracts/api';
import type { SlaContract, SlaLimits } from '@cardwatch/contracts/watch';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { Button } from 'antd';
import { useConsole } from '../../console.tsx';
import { day, duration } from '../../format/time.ts';
import { FailureNote } from '../../frame/failure.tsx';
import { useMay } from '../../frame/use-session.ts';
import { withSearch } from '../../search.ts';
import { useLanguage } from '../../words/words.tsx';
import { ContractForm, newContract } from './contract-form.tsx';
import { ContractHistory } from './contract-history.tsx';
import { inOrder, levels, slaClocks } from './limits.core.ts';
import { Scroll } from '../../frame/scroll.tsx';

const route = getRouteApi('/app/quality');

/** What is promised: limits by level and clock of each contract, which holds now, who changed them and why. */
export function ContractsTab() {
  const { say: t } = useLanguage();
  const { queries } = useConsole();
  const { contract: editing } = route.useSearch();
  const navigate = route.useNavigate();
  const mayEdit = useMay('duty:edit');
  const found = useQuery(queries.slaContracts());
  const edit = (contract: string | undefined): void => void navigate({ search: (old) => withSearch(old, { contract }) });
  if (found.data === undefined)
    return found.error === null ? null : <FailureNote error={found.error} retry={() => void found.refetch()} />;
  const { data } = found;
  const edited = data.contracts.find(({ contractId }) => contractId === editing);
  if (mayEdit && editing !== undefined && (edited !== undefined || editing === newContract))
    return <ContractForm key={editing} terms={data} contract={edited} close={() => edit(undefined)} />;
  return (
    <div className="contract-list">
      <div className="title-line">
        <p className="meta">{t('quality.contractsExplain')}</p>
        <span className="push" />
        {mayEdit && (
          <Button size="small" onClick={() => edit(newContract)}>
            {t('quality.addContract')}
          </Button>
        )}
      </div>
      {inOrder(data.contracts).map((contract) => (
        <ContractPanel
          key={contract.contractId}
          contract={contract}
          holds={data.inForce === contract.contractId}
          edit={mayEdit ? () => edit(contract.contractId) : undefined}
        />
      ))}
      <DefaultsPanel terms={data} />
      <ContractHistory terms={data} />
    </div>
  );
}

interface PanelProps {
  readonly contract: SlaContract;
  readonly holds: boolean;
  readonly edit: (() => void) | undefined;
}

function ContractPanel({ contract, holds, edit }: PanelProps) {
  const { say: t } = useLanguage();
  return (
    <section className="panel">
      <h2>
        {contract.name}
        <span className="meta">
          {contract.contractId} · {t('quality.validFrom', { day: day(contract.validFrom) })}
        </span>
        {holds && <span className="tone-normal">{t('quality.holds')}</span>}
        <span className="push" />
        {edit !== undefined && (
          <Button size="small" onClick={edit}>
            {t('quality.change')}
          </Button>
        )}
      </h2>
      <LimitsTable limits={contract.limits} />
    </section>
  );
}

function DefaultsPanel({ terms }: { readonly terms: SlaContractsDto }) {
  const { say: t } = useLanguage();
  return (
    <section className="panel">
      <h2>
        {t('quality.defaults')} <span className="meta">{t('quality.defaultsExplain')}</span>
        {terms.inForce === null && <span className="tone-normal">{t('quality.holds')}</span>}
      </h2>
      <LimitsTable limits={terms.defaults} />
    </section>
  );
}

/** Three levels by six clocks; – where nothing is promised. */
export function LimitsTable({ limits }: { readonly limits: SlaLimits }) {
  const { say: t, language } = useLanguage();
  return (
    <Scroll label={t('quality.contracts')} isPlain>
      <table className="plain wide limits">
        <thead>
          <tr>
            <th>{t('incident.responseLevel')}</th>
            {slaClocks.map((clock) => (
              <th key={clock} className="end">
                {t(`incident.clock.of.${clock}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {levels.map((level) => (
            <tr key={level}>
              <th scope="row">{t(`incident.level.${level}`)}</th>
              {slaClocks.map((clock) => {
                const limit = limits[level][clock];
                return (
                  <td key={clock} className="end number">
                    {limit === null ? (
                      <span className="meta">–</span>
                    ) : (
                      <>
                        {duration(limit.limitMs, language)} <span className="meta">{limit.calendar}</span>
                      </>
                    )}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}
