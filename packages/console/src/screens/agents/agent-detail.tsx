import type { AgentDto } from '@cardwatch/contracts/api';
import { Button } from 'antd';
import { count } from '../../format/money.ts';
import { useWords } from '../../words/words.tsx';
import { LineTable } from './line-table.tsx';

interface AgentDetailProps {
  readonly agent: AgentDto;
  readonly close: () => void;
}

/** Watermarks and lines of one agent, below the list. */
export function AgentDetail({ agent, close }: AgentDetailProps) {
  const t = useWords();
  return (
    <section className="panel detail" aria-label={agent.agentId}>
      <h2>
        {agent.agentId} <span className="meta">{t('agents.site', { site: agent.siteId })}</span>
        {agent.duplicateIdentity && <span className="tone-level1">{t('agents.duplicate')}</span>}
        <span className="push" />
        <Button size="small" onClick={close}>
          {t('action.close')}
        </Button>
      </h2>
      <div className="detail-tables">
        <Watermarks agent={agent} />
        <LineTable agent={agent} />
      </div>
    </section>
  );
}

const streams = ['money', 'event', 'health'] as const;

function Watermarks({ agent }: { readonly agent: AgentDto }) {
  const t = useWords();
  const marksOf = (stream: (typeof streams)[number]) => agent.watermarks.filter((mark) => mark.stream === stream);
  return (
    <table className="plain">
      <caption>{t('agents.watermarks')}</caption>
      <thead>
        <tr>
          <th>{t('column.stream')}</th>
          <th className="end">{t('column.epoch')}</th>
          <th className="end">{t('column.upto')}</th>
          <th className="end">{t('column.holes')}</th>
        </tr>
      </thead>
      <tbody>
        {streams.flatMap(marksOf).map((mark) => (
          <tr key={`${mark.stream}-${mark.epoch}`}>
            <th scope="row">{t(`stream.${mark.stream}`)}</th>
            <td className="end number">{count(mark.epoch)}</td>
            <td className="end number">{count(mark.contiguousUpto)}</td>
            <td className={mark.holes > 0 ? 'end number tone-level2' : 'end number'}>{count(mark.holes)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
