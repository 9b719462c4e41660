import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { unacknowledged } from '../api/alarms-queries.ts';
import { useConsole, usePollMs } from '../console.tsx';
import { type Palette, palettes } from '../theme/palette.ts';
import { useWords } from '../words/words.tsx';
import { useMay } from './use-session.ts';

/** Events renew it within seconds; this is for the ones that a sleeping network ate. */
const refreshMs = 60_000;

/** Alarms that burn and that nobody has taken; 0 for who may not see them. */
export function useUnacknowledged(): number {
  const { queries } = useConsole();
  const may = useMay('watch:read');
  return (
    useQuery({ ...queries.alarmCount(unacknowledged), enabled: may, refetchInterval: usePollMs(refreshMs) }).data?.count ?? 0
  );
}

/** The count in the title of the tab and on its icon, for whoever has another tab before them. */
export function useTabCount(): void {
  const t = useWords();
  const n = useUnacknowledged();
  useEffect(() => {
    document.title = n === 0 ? t('product.name') : `${t('alarms.title', { n })} · ${t('product.name')}`;
    setIcon(n === 0 ? '/mark.svg' : badge(n, palettes.light));
    return () => {
      document.title = t('product.name');
      setIcon('/mark.svg');
    };
  }, [n, t]);
}

function setIcon(href: string): void {
  const link = document.querySelector<HTMLLinkElement>('link[rel="icon"]');
  if (link !== null && link.getAttribute('href') !== href) link.href = href;
}

/** A picture as text, which the policy of the page allows: `img-src data:`. */
export function badge(n: number, { level1, onAccent }: Pick<Palette, 'level1' | 'onAccent'>): string {
  const label = n > 99 ? '99+' : String(n);
  const size = label.length > 2 ? 15 : label.length > 1 ? 20 : 24;
  const svg =
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="${level1}"/>` +
    `<text x="16" y="${16 + size * 0.36}" font-family="sans-serif" font-weight="700" font-size="${size}" text-anchor="middle" fill="${onAccent}">${label}</text></svg>`;
  return `data:image/svg+xml,${encodeURIComponent(svg)}`;
}
