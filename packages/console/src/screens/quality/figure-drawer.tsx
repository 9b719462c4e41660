import type { SlaDto } from '@cardwatch/contracts/api';
import { Link } from '@tanstack/react-router';
import { Drawer } from 'antd';
import { sayOr } from '../../words/say.ts';
import { useLanguage } from '../../words/words.tsx';
import { figuresOf, figureText, listsOf, ofHowMany } from './figure.core.ts';

interface FigureDrawerProps {
  readonly sla: SlaDto;
  readonly month: string;
  readonly definition: string;
  readonly close: () => void;
}

/** A figure with its definition and the incidents that it was counted from. */
export function FigureDrawer({ sla, month, definition, close }: FigureDrawerProps) {
  const { say: t, language } = useLanguage();
  const figure = figuresOf(sla).find((one) => one.definition === definition);
  if (figure === undefined) return null;
  const { first, rest } = listsOf(figure);
  const isCount = figure.unit === 'count';
  return (
    <Drawer open size={480} title={`${sayOr(language, `quality.name.${definition}`, definition)} ${month}`} onClose={close}>
      <p className="number drawer-value">
        {figureText(figure, language) ?? t('quality.nothing')} <span className="meta">{ofHowMany(figure)}</span>
      </p>
      <p className="meta">
        {sayOr(language, `quality.define.${definition}`, '')} {definition}
      </p>
      {figure.unit !== 'ms' && <Numbers title={t(isCount ? 'quality.these' : 'quality.against')} numbers={first} sla={sla} />}
      <Numbers title={t(isCount ? 'quality.others' : 'quality.countedToo')} numbers={rest} sla={sla} />
    </Drawer>
  );
}

interface NumbersProps {
  readonly title: string;
  readonly numbers: readonly string[];
  readonly sla: SlaDto;
}

function Numbers({ title, numbers, sla }: NumbersProps) {
  const { say: t } = useLanguage();
  const idOf = new Map(sla.refs.map(({ number, incidentId }) => [number, incidentId]));
  return (
    <section className="drawer-part">
      <h2>
        {title} <span className="meta number">{numbers.length}</span>
      </h2>
      {numbers.length === 0 && <p className="meta">{t('quality.none')}</p>}
      <ul className="number-list">
        {numbers.map((number) => {
          const incidentId = idOf.get(number);
          return (
            <li key={number} className="number">
              {incidentId === undefined ? (
                number
              ) : (
                <Link to="/incidents/$incidentId" params={{ incidentId }}>
                  {number}
                </Link>
              )}
            </li>
          );
        })}
      </ul>
    </section>
  );
}
