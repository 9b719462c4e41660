import { licences } from 'virtual:licences';
import { count } from '../../format/money.ts';
import { useWords } from '../../words/words.tsx';

/** 开源许可: what this is made of, as the packages themselves say. */
export function LicenceTable() {
  const t = useWords();
  const kinds = [...Map.groupBy(licences, ({ licence }) => licence)].toSorted(([, a], [, b]) => b.length - a.length);
  return (
    <details className="panel">
      <summary>
        {t('about.licences', { n: count(licences.length) })}{' '}
        <span className="meta">{kinds.map(([licence, of]) => `${licence} ${of.length}`).join(' · ')}</span>
      </summary>
      <div className="scroll" tabIndex={0}>
        <table className="plain">
          <thead>
            <tr>
              <th scope="col">{t('about.package')}</th>
              <th scope="col">{t('column.version')}</th>
              <th scope="col">{t('about.licence')}</th>
            </tr>
          </thead>
          <tbody>
            {licences.map(({ name, version, licence }) => (
              <tr key={`${name} ${version}`}>
                <th scope="row">{name}</th>
                <td className="number">{version}</td>
                <td>{licence}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}
