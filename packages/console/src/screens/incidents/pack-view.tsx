import { useQuery } from '@tanstack/react-query';
import { useConsole } from '../../console.tsx';
import { fullTime } from '../../format/time.ts';
import { FailureNote } from '../../frame/failure.tsx';
import { sayOr } from '../../words/say.ts';
import { useLanguage } from '../../words/words.tsx';
import { type Pack, type PackPart, type PackRow, packOf } from './pack.core.ts';
import { ruleName } from './rule-name.ts';
import { saidText } from './said-text.ts';
import { useNames } from './use-names.ts';
import { Scroll } from '../../frame/scroll.tsx';

/** Rows of one part that are drawn; all of them stand in the file. */
const rowsShown = 100;

/** The contents of one pack: its first page, then part by part. */
export function PackView({ incidentId, hash }: { readonly incidentId: string; readonly hash: string }) {
  const { queries } = useConsole();
  const found = useQuery({ ...queries.evidencePack(incidentId, hash), staleTime: Number.POSITIVE_INFINITY });
  if (found.error !== null) return <FailureNote error={found.error} retry={() => void found.refetch()} />;
  if (found.data === undefined) return null;
  const pack = packOf(found.data);
  return (
    <div className="pack">
      <FirstPage pack={pack} />
      {pack.parts.map((part) => (
        <Part key={part.name} part={part} />
      ))}
    </div>
  );
}

function FirstPage({ pack }: { readonly pack: Pack }) {
  const { say: t, language } = useLanguage();
  const nameOf = useNames();
  const cut = pack.parts.filter(({ leftOut }) => leftOut > 0);
  const named = (code: string): string => sayOr(language, `incident.part.${code}`, code);
  return (
    <dl className="pairs first-page">
      <div>
        <dt>{t('incident.madeAt')}</dt>
        <dd className="number">{pack.madeAt === null ? '' : fullTime(pack.madeAt, language)}</dd>
      </div>
      <div>
        <dt>{t('incident.completeness')}</dt>
        <dd className="number">{pack.completenessPct === null ? '' : `${pack.completenessPct} %`}</dd>
      </div>
      <div>
        <dt>{t('incident.packMissing')}</dt>
        <dd>{pack.missing.length === 0 ? t('incident.packNothing') : pack.missing.map(named).join(t('incident.comma'))}</dd>
      </div>
      <div>
        <dt>{t('incident.packCut')}</dt>
        <dd className={cut.length === 0 ? '' : 'tone-level2'}>
          {cut.length === 0
            ? t('incident.packWhole')
            : cut
                .map(({ name, leftOut }) => t('incident.packLeftOut', { part: named(name), n: leftOut }))
                .join(t('incident.comma'))}
        </dd>
      </div>
      <div>
        <dt>{t('incident.packPath')}</dt>
        <dd>{pack.path.length === 0 ? '–' : pack.path.join(' → ')}</dd>
      </div>
      <div>
        <dt>{t('incident.packTrail')}</dt>
        <dd className={pack.trail?.intact === false ? 'tone-level1' : ''}>
          {pack.trail === null
            ? t('incident.packUnread')
            : t(pack.trail.intact ? 'incident.trailIntact' : 'incident.trailBroken', {
                first: pack.trail.first,
                last: pack.trail.last,
              })}
        </dd>
      </div>
      {pack.checklist.map(([name, value]) => (
        <div key={name}>
          <dt>{named(`checklist.${name}`)}</dt>
          <dd>
            {value === '' ? (
              <span className="meta">{t('incident.notWritten')}</span>
            ) : name === 'reportedBy' ? (
              nameOf(value)
            ) : (
              ruleName(value, language)
            )}
          </dd>
        </div>
      ))}
      {pack.suspects.length > 0 && (
        <div>
          <dt>{t('incident.suspects')}</dt>
          <dd>
            <Rows rows={pack.suspects} />
          </dd>
        </div>
      )}
    </dl>
  );
}

function Part({ part: { name, rows, leftOut, isKnown } }: { readonly part: PackPart }) {
  const { say: t, language } = useLanguage();
  return (
    <details>
      <summary>
        {sayOr(language, `incident.part.${name}`, name)}{' '}
        <span className="meta number">
          {isKnown ? t('incident.packRows', { n: rows.length }) : t('incident.packUnread')}
          {leftOut > 0 && ` · ${t('incident.packMore', { n: leftOut })}`}
        </span>
      </summary>
      {rows.length > 0 && <Rows rows={rows} />}
    </details>
  );
}

function Rows({ rows }: { readonly rows: readonly PackRow[] }) {
  const { say: t, language } = useLanguage();
  return (
    <Scroll label={t('incident.tab.evidence')} isPlain>
      <table className="plain wide">
        <tbody>
          {rows.slice(0, rowsShown).map((row, n) => (
            // oxlint-disable-next-line react/no-array-index-key -- rows of a document that never changes
            <tr key={n}>
              {row.at !== null && <td className="number">{fullTime(row.at, language)}</td>}
              <th scope="row" className="pack-ref" title={row.ref}>
                {row.ref}
              </th>
              <td className="said">
                {row.what.map(([name, value]) => (
                  <span key={name}>
                    <span className="meta">{sayOr(language, `incident.said.${name}`, name)}</span>{' '}
                    {saidText(name, value, language)}
                  </span>
                ))}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {rows.length > rowsShown && <p className="meta">{t('incident.packInFile', { n: rows.length - rowsShown })}</p>}
    </Scroll>
  );
}
