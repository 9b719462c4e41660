import type { AgentDto } from '@cardwatch/contracts/api';
import { Button } from 'antd';
import { count } from '../../format/money.ts';
import { measured } from '../../format/size.ts';
import { useWords } from '../../words/words.tsx';

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
        <Lines agent={agent} />
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

function Lines({ agent }: { readonly agent: AgentDto }) {
  const t = useWords();
  if (agent.lines.length === 0) return <p className="meta">{t('agents.noLines')}</p>;
  return (
    <table className="plain">
      <caption>{t('agents.lines')}</caption>
      <thead>
        <tr>
          <th>{t('column.line')}</th>
          <th className="end">{t('column.utilisation')}</th>
          <th className="end">{t('column.requests')}</th>
          <th className="end">{t('column.timeouts')}</th>
          <th className="end">{t('column.crcErrors')}</th>
          <th className="end">{t('column.noise')}</th>
          <th className="end">{t('column.lateFrames')}</th>
        </tr>
      </thead>
      <tbody>
        {agent.lines.map((line) => (
          <tr key={line.line}>
            <th scope="row">{line.line}</th>
            <td className="end number">
              <meter min={0} max={100} high={80} value={line.utilisationPct} aria-label={t('column.utilisation')} />{' '}
              {measured(line.utilisationPct)} %
            </td>
            <td className="end number">{count(line.requests)}</td>
            <td className={line.timeouts > 0 ? 'end number tone-level2' : 'end number'}>{count(line.timeouts)}</td>
            <td className={line.crcErrors > 0 ? 'end number tone-level2' : 'end number'}>{count(line.crcErrors)}</td>
            <td className="end number">{count(line.noiseBytes)}</td>
            <td className="end number">{count(line.lateFrames)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
