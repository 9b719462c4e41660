import { useState } from 'react';
import { count } from '../../format/money.ts';
import { useWords } from '../../words/words.tsx';
import { type PlaceNode, shownLevels } from './stand.core.ts';

interface PlaceTreeProps {
  readonly items: readonly PlaceNode[];
  readonly chosen: string | undefined;
  readonly choose: (id: string | undefined) => void;
}

/** Campus, zone, building, area with how many devices; the chosen one narrows the list beside it. */
export function PlaceTree({ items, chosen, choose }: PlaceTreeProps) {
  const t = useWords();
  const [folded, setFolded] = useState<ReadonlySet<string>>(new Set());
  const levels = items.filter(({ level }) => shownLevels.has(level));
  const toggle = (id: string): void =>
    setFolded((old) => {
      const next = new Set(old);
      if (!next.delete(id)) next.add(id);
      return next;
    });
  const branch = (parentId: string | null) => {
    const nodes = levels.filter((node) => node.parentId === parentId);
    if (nodes.length === 0) return null;
    return (
      <ul>
        {nodes.map((node) => {
          const isFolder = levels.some((other) => other.parentId === node.id);
          return (
            <li key={node.id}>
              <span className="place-row">
                {isFolder ? (
                  <button
                    type="button"
                    className="fold"
                    aria-expanded={!folded.has(node.id)}
                    aria-label={t(folded.has(node.id) ? 'list.unfold' : 'list.fold', { name: node.name })}
                    onClick={() => toggle(node.id)}
                  >
                    {folded.has(node.id) ? '▸' : '▾'}
                  </button>
                ) : (
                  <span className="fold" />
                )}
                <button
                  type="button"
                  className="place-name"
                  aria-pressed={chosen === node.id}
                  title={node.name}
                  onClick={() => choose(chosen === node.id ? undefined : node.id)}
                >
                  <span className="cut">{node.name}</span>
                  <span className="number meta">{count(node.devices)}</span>
                </button>
              </span>
              {isFolder && !folded.has(node.id) && branch(node.id)}
            </li>
          );
        })}
      </ul>
    );
  };
  return (
    <nav className="panel place-tree" aria-label={t('register.placeTree')}>
      <button type="button" className="place-name" aria-pressed={chosen === undefined} onClick={() => choose(undefined)}>
        {t('filter.all')}
      </button>
      {branch(null)}
    </nav>
  );
}
