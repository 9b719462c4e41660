import type { IncidentDto } from '@cardwatch/contracts/api';
import type { RootCause } from '@cardwatch/contracts/watch';
import { Button } from 'antd';
import { useState } from 'react';
import { useMay } from '../../frame/use-session.ts';
import { save } from '../../list/save.ts';
import { useWords } from '../../words/words.tsx';
import { CauseForm } from './cause-form.tsx';
import { Fishbone } from './fishbone.tsx';

interface CauseProps {
  readonly incident: IncidentDto;
  /** SVG for paper, as the collector draws it. */
  readonly fishbone: string | null;
}

/** 根因: five whys, fishbone, direct and indirect cause, and the code that repeats are found by. */
export function CauseTab({ incident, fishbone }: CauseProps) {
  const t = useWords();
  const mayReview = useMay('incidents:review');
  const [writing, setWriting] = useState(false);
  const { rootCause, number, title } = incident;
  if (writing) return <CauseForm incident={incident} close={() => setWriting(false)} />;
  return (
    <section className="panel">
      <h2>
        {t('incident.tab.cause')}
        {rootCause !== null && (
          <span className="meta">
            {t(`incident.method.${rootCause.method}`)} · {t(`incident.code.${rootCause.code}`)}
          </span>
        )}
        <span className="push" />
        {fishbone !== null && rootCause !== null && rootCause.bones.length > 0 && (
          <button
            type="button"
            className="quiet"
            onClick={() => save(`${number}.svg`, new Blob([fishbone], { type: 'image/svg+xml' }))}
          >
            {t('incident.fishboneFile')}
          </button>
        )}
        {mayReview && (
          <Button size="small" onClick={() => setWriting(true)}>
            {t(rootCause === null ? 'incident.analyse' : 'incident.change')}
          </Button>
        )}
      </h2>
      {rootCause === null ? (
        <p className="empty">{t(mayReview ? 'incident.noCause' : 'incident.noCauseMayNot')}</p>
      ) : (
        <Written cause={rootCause} title={title} />
      )}
    </section>
  );
}

function Written({ cause, title }: { readonly cause: RootCause; readonly title: string }) {
  const t = useWords();
  return (
    <>
      <dl className="pairs">
        <div>
          <dt>{t('incident.direct')}</dt>
          <dd>{cause.direct}</dd>
        </div>
        <div>
          <dt>{t('incident.indirect')}</dt>
          <dd>{cause.indirect}</dd>
        </div>
      </dl>
      {cause.whyChain.length > 0 && (
        <ol className="whys">
          {cause.whyChain.map(({ why, because, evidence }) => (
            <li key={why}>
              <b>{why}</b>
              <span>{because}</span>
              {evidence.length > 0 && (
                <span className="meta">{t('incident.evidenceIs', { what: evidence.join(t('incident.comma')) })}</span>
              )}
            </li>
          ))}
        </ol>
      )}
      {cause.bones.length > 0 && <Fishbone head={title} bones={cause.bones} />}
    </>
  );
}
