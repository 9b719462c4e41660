import { type RefObject, useLayoutEffect, useState } from 'react';
import { scaleOf } from './view.core.ts';

/** How much bigger than 1920 x 1080 the box is, in its own pixels: a page that is zoomed already is not enlarged twice. */
export function useScale(box: RefObject<HTMLElement | null>): number {
  const [scale, setScale] = useState(1);
  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return undefined;
    const measure = (): void => setScale(scaleOf(element.clientWidth, element.clientHeight));
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, [box]);
  return scale;
}
