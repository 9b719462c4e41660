import type { IncidentDto } from '@cardwatch/contracts/api';
import { getRouteApi } from '@tanstack/react-router';
import { Button } from 'antd';
import { useState } from 'react';
import { urlOf } from '../../api/client.ts';
import { useNow } from '../../console.tsx';
import { fullTime, shortTime, zone } from '../../format/time.ts';
import { useMay } from '../../frame/use-session.ts';
import { withSearch } from '../../search.ts';
import { useLanguage } from '../../words/words.tsx';
import { PackDialog, packsMax } from './pack-dialog.tsx';
import { PackView } from './pack-view.tsx';
import { isOver } from './workflow.core.ts';
import { Scroll } from '../../frame/scroll.tsx';

const route = getRouteApi('/app/incidents/$incidentId');

/** 证据包: each as it was made, under its hash; opened here, or taken away as the very bytes that were hashed. */
export function EvidenceTab({ incident }: { readonly incident: IncidentDto }) {
  const { say: t, language } = useLanguage();
  const navigate = route.useNavigate();
  const { pack } = route.useSearch();
  const now = useNow(30_000);
  const mayHandle = useMay('incidents:handle');
  const [making, setMaking] = useState(false);
  const { incidentId, evidence = [] } = incident;
  const packs = evidence.toReversed();
  const show = (hash: string | undefined): void =>
    void navigate({ search: (old) => withSearch(old, { pack: hash }), replace: true });
  return (
    <section className="panel">
      <h2>
        {t('incident.tab.evidence')} <span className="meta">{t('incident.packCount', { n: packs.length, max: packsMax })}</span>
        <span className="push" />
        {mayHandle && !isOver(incident) && packs.length < packsMax && (
          <Button size="small" onClick={() => setMaking(true)}>
            {t('incident.act.pack')}
          </Button>
        )}
      </h2>
      {packs.length === 0 && <p className="empty">{t('incident.noPacks')}</p>}
      {packs.length > 0 && (
        <Scroll label={t('incident.tab.evidence')} isPlain>
          <table className="plain wide">
            <thead>
              <tr>
                <th>
                  {t('incident.madeAt')} <span className="head-hint">{zone}</span>
                </th>
                <th className="end">{t('incident.completeness')}</th>
                <th>SHA-256</th>
                <th />
              </tr>
            </thead>
            <tbody>
              {packs.map(({ hash, at, completenessPct }) => (
                <tr key={hash}>
                  <td className="number" title={fullTime(at, language)}>
                    {shortTime(at, now)}
                  </td>
                  <td className="end number">{completenessPct} %</td>
                  <td className="number hash" title={hash}>
                    {hash.slice(0, 16)}…
                  </td>
                  <td className="end act-cell">
                    <button
                      type="button"
                      className="quiet"
                      aria-expanded={pack === hash}
                      onClick={() => show(pack === hash ? undefined : hash)}
                    >
                      {t(pack === hash ? 'incident.hidePack' : 'incident.showPack')}
                    </button>
                    <a href={urlOf('evidencePack', { params: { incidentId, hash } })} download>
                      {t('incident.download')}
                    </a>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      )}
      {pack !== undefined && evidence.some(({ hash }) => hash === pack) && <PackView incidentId={incidentId} hash={pack} />}
      {making && <PackDialog incident={incident} close={() => setMaking(false)} />}
    </section>
  );
}
