import { useWords } from '../../words/words.tsx';
import { type BoneDraft, categories } from './cause.core.ts';

/** Of one category; how many more there are is said. */
const bonesDrawn = 5;
const wide = { width: 1000, height: 400, spine: 200, head: 800 } as const;

interface FishboneProps {
  readonly head: string;
  readonly bones: readonly BoneDraft[];
}

/** 鱼骨图 as it grows: six bones to a spine, in the colours of the page. */
export function Fishbone({ head, bones }: FishboneProps) {
  const t = useWords();
  return (
    <svg className="fishbone" viewBox={`0 0 ${wide.width} ${wide.height}`} role="img" aria-label={t('incident.fishbone')}>
      <g className="bone-lines">
        <line x1="20" y1={wide.spine} x2={wide.head} y2={wide.spine} />
        <path d={`M${wide.head} ${wide.spine - 8} l14 8 l-14 8`} />
      </g>
      {cutLines(head).map((line, n, all) => (
        <text key={line} x={wide.head + 20} y={wide.spine + 5 + (n - (all.length - 1) / 2) * 20} className="bone-head">
          {line}
        </text>
      ))}
      {categories.map((category, n) => {
        const isUpper = n % 2 === 0;
        const foot = 270 + Math.floor(n / 2) * 250;
        const top = isUpper ? 34 : wide.height - 34;
        const mine = bones.filter((bone) => bone.category === category && bone.text.trim() !== '');
        const lines = mine.slice(0, bonesDrawn).map(({ text }) => cut(text));
        const more = mine.length > bonesDrawn ? [t('incident.bonesMore', { n: mine.length - bonesDrawn })] : [];
        return (
          <g key={category}>
            <line className="bone-lines" x1={foot - 70} y1={top} x2={foot} y2={wide.spine} />
            <text x={foot - 80} y={isUpper ? top - 8 : top + 20} className="bone-head" textAnchor="middle">
              {t(`incident.category.${category}`)}
            </text>
            {[...lines, ...more].map((line, row) => (
              <text key={`${row}${line}`} x={foot - 235} y={isUpper ? top + 22 + row * 24 : top - 12 - row * 24}>
                {line}
              </text>
            ))}
          </g>
        );
      })}
    </svg>
  );
}

const lineChars = 11;
const linesMax = 4;

const cut = (text: string): string => {
  const letters = Array.from(text.trim());
  return letters.length <= lineChars ? letters.join('') : `${letters.slice(0, lineChars - 1).join('')}…`;
};

function cutLines(text: string): readonly string[] {
  const letters = Array.from(text);
  return Array.from({ length: Math.min(linesMax, Math.ceil(letters.length / lineChars)) }, (_, n) =>
    letters.slice(n * lineChars, (n + 1) * lineChars).join(''),
  );
}
