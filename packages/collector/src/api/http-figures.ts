/** Counters of the HTTP side, by route pattern: never a path as it was asked, so that neither ids nor card numbers become labels. */
const boundsMs = [5, 25, 100, 500, 2_000] as const;

interface RouteFigures {
  readonly byStatus: Map<number, number>;
  readonly buckets: number[];
  sumMs: number;
  count: number;
}

export class HttpFigures {
  readonly #routes = new Map<string, RouteFigures>();
  streams = 0;
  streamsDropped = 0;
  readonly #refused: Record<string, number> = {};

  /** `reason`: a code of ours; there are a dozen. */
  refuse(reason: string): void {
    this.#refused[reason] = (this.#refused[reason] ?? 0) + 1;
  }

  refusals(): { readonly refusedTotal: number; readonly refused: Readonly<Record<string, number>> } {
    const refusedTotal = Object.values(this.#refused).reduce((sum, count) => sum + count, 0);
    return { refusedTotal, refused: { ...this.#refused } };
  }

  /** `route`: method and pattern of the endpoint table, or a fixed name; there are as many as routes. */
  count(route: string, status: number, tookMs: number): void {
    const figures = this.#of(route);
    figures.byStatus.set(status, (figures.byStatus.get(status) ?? 0) + 1);
    const bucket = boundsMs.findIndex((bound) => tookMs <= bound);
    const at = bucket < 0 ? boundsMs.length : bucket;
    figures.buckets[at] = (figures.buckets[at] ?? 0) + 1;
    figures.sumMs += tookMs;
    figures.count += 1;
  }

  /** Text format: all samples of a metric together. */
  lines(): string[] {
    const routes = [...this.#routes];
    return [
      '# TYPE cardwatch_http_requests_total counter',
      ...routes.flatMap(([route, figures]) => countLines(route, figures)),
      '# TYPE cardwatch_http_request_seconds histogram',
      ...routes.flatMap(([route, figures]) => histogramLines(route, figures)),
      '# TYPE cardwatch_http_streams gauge',
      `cardwatch_http_streams ${this.streams}`,
      '# TYPE cardwatch_http_streams_dropped_total counter',
      `cardwatch_http_streams_dropped_total ${this.streamsDropped}`,
      '# TYPE cardwatch_http_refusals_total counter',
      ...Object.entries(this.#refused).map(([reason, count]) => `cardwatch_http_refusals_total{reason="${reason}"} ${count}`),
    ];
  }

  #of(route: string): RouteFigures {
    const known = this.#routes.get(route);
    if (known !== undefined) return known;
    const made: RouteFigures = { byStatus: new Map(), buckets: Array(boundsMs.length + 1).fill(0), sumMs: 0, count: 0 };
    this.#routes.set(route, made);
    return made;
  }
}

const countLines = (route: string, { byStatus }: RouteFigures): string[] =>
  [...byStatus].map(([status, count]) => `cardwatch_http_requests_total{route="${route}",status="${status}"} ${count}`);

function histogramLines(route: string, { buckets, sumMs, count }: RouteFigures): string[] {
  const name = 'cardwatch_http_request_seconds';
  const lines: string[] = [];
  let below = 0;
  for (const [i, bound] of boundsMs.entries()) {
    below += buckets[i] ?? 0;
    lines.push(`${name}_bucket{route="${route}",le="${bound / 1000}"} ${below}`);
  }
  lines.push(`${name}_bucket{route="${route}",le="+Inf"} ${count}`);
  lines.push(`${name}_sum{route="${route}"} ${(sumMs / 1000).toFixed(6)}`, `${name}_count{route="${route}"} ${count}`);
  return lines;
}
