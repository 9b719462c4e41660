import type { IncidentGuideDto } from '@cardwatch/contracts/api';
import { Link } from '@tanstack/react-router';
import { none } from '../../grid/cells.tsx';
import type { Column } from '../../grid/column.ts';
import { Grid } from '../../grid/grid.tsx';
import { useLanguage } from '../../words/words.tsx';
import { ruleName } from './rule-name.ts';

type Similar = IncidentGuideDto['similar'][number];

/** Past incidents like this one: what they had in common, what the cause was, what helped. */
export function SimilarTab({ similar }: { readonly similar: readonly Similar[] | undefined }) {
  const { say: t, language } = useLanguage();
  const columns: readonly Column<Similar>[] = [
    {
      key: 'number',
      title: t('incident.number'),
      track: '160px',
      cell: ({ incidentId, number }) => (
        <Link to="/incidents/$incidentId" params={{ incidentId }} className="number">
          {number}
        </Link>
      ),
    },
    {
      key: 'rules',
      title: t('incident.sharedRules'),
      track: 'minmax(180px, 1fr)',
      cell: ({ sharedRules }) => sharedRules.map((rule) => ruleName(rule, language)).join(' · ') || none,
    },
    {
      key: 'classes',
      title: t('incident.sharedClasses'),
      track: 'minmax(180px, 1fr)',
      cell: ({ sharedClasses }) => <span title={sharedClasses.join('\n')}>{sharedClasses.join(' ') || none}</span>,
    },
    {
      key: 'cause',
      title: t('incident.causeCode'),
      track: '140px',
      cell: ({ cause }) => (cause === null ? none : t(`incident.code.${cause}`)),
    },
    {
      key: 'handling',
      title: t('incident.field.handling'),
      track: 'minmax(240px, 2fr)',
      cell: ({ handling }) => (handling === '' ? none : <span title={handling}>{handling}</span>),
    },
  ];
  return (
    <Grid
      label={t('incident.tab.similar')}
      columns={columns}
      rows={(similar ?? []).map((one) => ({ type: 'row', key: one.incidentId, value: one }))}
      empty={t(similar === undefined ? 'list.loading' : 'incident.noSimilar')}
    />
  );
}
