import { useEffect, useState } from 'react';
import { scaleOf } from './view.core.ts';

/** How much bigger than 1920 x 1080 this screen is. */
export function useScale(): number {
  const [scale, setScale] = useState(() => scaleOf(innerWidth, innerHeight));
  useEffect(() => {
    const measure = (): void => setScale(scaleOf(innerWidth, innerHeight));
    addEventListener('resize', measure);
    return () => removeEventListener('resize', measure);
  }, []);
  return scale;
}
