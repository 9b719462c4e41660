import type { ReactNode } from 'react';

interface ScrollProps {
  readonly label: string;
  /** Within a panel, instead of one. */
  readonly isPlain?: boolean;
  readonly children: ReactNode;
}

/** A part of a page that scrolls by itself: by the keyboard too. */
export function Scroll({ label, isPlain = false, children }: ScrollProps) {
  return (
    <section className={isPlain ? 'table-scroll' : 'panel scroll'} aria-label={label} tabIndex={0}>
      {children}
    </section>
  );
}
