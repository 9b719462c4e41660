import { useSyncExternalStore } from 'react';

/** A phone, or a window as narrow as one. */
const query = '(max-width: 640px)';

const watch = (changed: () => void): (() => void) => {
  const media = matchMedia(query);
  media.addEventListener('change', changed);
  return () => media.removeEventListener('change', changed);
};

export const useNarrow = (): boolean => useSyncExternalStore(watch, () => matchMedia(query).matches);
