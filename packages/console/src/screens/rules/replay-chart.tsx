import { minuteTime, day as dayText } from '../../format/time.ts';
import { useWords } from '../../words/words.tsx';
import type { DayBar, Fate } from './replay.core.ts';

const fates = ['same', 'new', 'gone'] as const;

/** Told by filling and word: solid stays, striped is new, hollow goes. */
export function FateMark({ fate }: { readonly fate: Fate }) {
  const t = useWords();
  return (
    <span className="mark">
      <svg className="glyph" width="12" height="12" viewBox="0 0 12 12" aria-hidden="true">
        <rect className={`replay-${fate}`} x="1.5" y="1.5" width="9" height="9" />
      </svg>
      <span className="mark-word">{t(`replay.fate.${fate}`)}</span>
    </span>
  );
}

const size = { width: 640, height: 96, foot: 16 } as const;

/** Alarms by day (or hour of a single day), stacked by what becomes of them. */
export function ReplayChart({ bars, isHours }: { readonly bars: readonly DayBar[]; readonly isHours: boolean }) {
  const t = useWords();
  const most = Math.max(1, ...bars.map((bar) => bar.same + bar.new + bar.gone));
  const unit = (size.height - size.foot) / most;
  const step = size.width / bars.length;
  const nameOf = (from: number): string => (isHours ? minuteTime(from) : dayText(from).slice(5));
  const labelEvery = Math.ceil(bars.length / 8);
  return (
    <figure className="replay-figure">
      <svg
        viewBox={`0 0 ${size.width} ${size.height}`}
        role="img"
        aria-label={t('replay.chart', { most })}
        preserveAspectRatio="xMinYMin meet"
      >
        <defs>
          <pattern id="replay-stripes" width="4" height="4" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
            <rect className="replay-stripe" width="2" height="4" />
          </pattern>
        </defs>
        {bars.map((bar, n) => {
          let top = size.height - size.foot;
          return (
            <g key={bar.from}>
              <title>{`${nameOf(bar.from)} ${fates.map((fate) => `${t(`replay.fate.${fate}`)} ${bar[fate]}`).join(' ')}`}</title>
              {fates.map((fate) => {
                const height = bar[fate] * unit;
                top -= height;
                return height === 0 ? null : (
                  <rect
                    key={fate}
                    className={`replay-${fate}`}
                    x={n * step + step * 0.15}
                    y={top}
                    width={step * 0.7}
                    height={height}
                  />
                );
              })}
              {n % labelEvery === 0 && (
                <text x={n * step + step / 2} y={size.height - 3} textAnchor="middle">
                  {nameOf(bar.from)}
                </text>
              )}
            </g>
          );
        })}
        <path className="replay-axis" d={`M0 ${size.height - size.foot}H${size.width}`} />
      </svg>
      <figcaption className="meta">
        {fates.map((fate) => (
          <FateMark key={fate} fate={fate} />
        ))}
        <span>{t('replay.most', { most })}</span>
      </figcaption>
    </figure>
  );
}
