import type { ReactNode } from 'react';
import { LanguageSwitch } from '../../frame/top-bar.tsx';
import { useWords } from '../../words/words.tsx';

/** The page before anybody is signed in. */
export function EntryFrame({
  title,
  text,
  isWide = false,
  children,
}: {
  readonly title: string;
  readonly text: string;
  /** Two fields beside one another. */
  readonly isWide?: boolean;
  readonly children: ReactNode;
}) {
  const t = useWords();
  return (
    <div className="entry">
      <div className="entry-bar">
        <LanguageSwitch />
      </div>
      <main className={isWide ? 'entry-box wide' : 'entry-box'}>
        <div className="brand entry-brand">
          <img src="/mark.svg" alt="" width="28" height="28" />
          <span className="brand-name">{t('product.name')}</span>
        </div>
        <h1>{title}</h1>
        <p className="meta">{text}</p>
        {children}
      </main>
    </div>
  );
}
