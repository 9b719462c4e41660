import { BarChart, LineChart } from 'echarts/charts';
import { AriaComponent, GridComponent, TooltipComponent } from 'echarts/components';
import { type EChartsCoreOption, type EChartsType, init, use as register } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { type KeyboardEvent, useEffect, useRef } from 'react';

register([BarChart, LineChart, GridComponent, TooltipComponent, AriaComponent, SVGRenderer]);

interface EChartProps {
  readonly option: EChartsCoreOption;
  readonly label: string;
  /** Number of points on the horizontal axis, for the arrow keys. */
  readonly points: number;
  /** The point that was clicked, or that Enter was pressed on. Must be stable. */
  readonly pick?: (at: number) => void;
}

/** One ECharts chart that follows its box, its option and the arrow keys (tooltip on keyboard focus too). */
export function EChart({ option, label, points, pick }: EChartProps) {
  const box = useRef<HTMLDivElement>(null);
  const chart = useRef<EChartsType>(undefined);
  const shown = useRef(points - 1);
  useEffect(() => {
    const element = box.current;
    if (element === null) return undefined;
    const made = init(element, undefined, { renderer: 'svg' });
    chart.current = made;
    const observer = new ResizeObserver(() => made.resize());
    observer.observe(element);
    return () => {
      observer.disconnect();
      made.dispose();
    };
  }, []);
  useEffect(() => chart.current?.setOption(option, { replaceMerge: ['series'] }), [option]);
  useEffect(() => {
    const zr = chart.current?.getZr();
    if (zr === undefined || pick === undefined) return undefined;
    const click = ({ offsetX, offsetY }: { readonly offsetX: number; readonly offsetY: number }): void => {
      const at = Number(chart.current?.convertFromPixel({ gridIndex: 0 }, [offsetX, offsetY])[0]);
      if (Number.isInteger(at) && at >= 0) pick(at);
    };
    zr.on('click', click);
    return () => zr.off('click', click);
  }, [pick]);
  const tip = (at: number): void => {
    shown.current = Math.max(0, Math.min(points - 1, at));
    chart.current?.dispatchAction({ type: 'showTip', seriesIndex: 0, dataIndex: shown.current });
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Enter' && pick !== undefined) return pick(shown.current);
    if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return;
    event.preventDefault();
    tip(shown.current + (event.key === 'ArrowLeft' ? -1 : 1));
  };
  return (
    <div
      ref={box}
      className="chart"
      role="img"
      aria-label={label}
      tabIndex={0}
      onKeyDown={onKeyDown}
      onFocus={(event) => event.currentTarget.matches(':focus-visible') && tip(points - 1)}
      onBlur={() => chart.current?.dispatchAction({ type: 'hideTip' })}
    />
  );
}
