import { lazy, Suspense, useState } from 'react';
import { useKeys } from '../grid/use-keys.ts';

const KeyList = lazy(async () => ({ default: (await import('./key-list.tsx')).KeyList }));

/** `?` tells which single keys this screen knows. */
export function KeyHelp() {
  const [open, setOpen] = useState(false);
  useKeys({ '?': { word: 'keys.help', act: () => setOpen(true) } });
  if (!open) return null;
  return (
    <Suspense>
      <KeyList close={() => setOpen(false)} />
    </Suspense>
  );
}
