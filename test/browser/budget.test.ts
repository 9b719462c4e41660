import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { buildConsoleInto, consoleFolder, consoleIsBuilt } from '../campus/console.ts';

/** Of what a person opens first, and of any other screen opened by its address. */
const budgetBytes = { first: 375 * 1000, any: 450 * 1000 } as const;
/** A browser asks for six at a time: a waterfall of small ones costs more than their weight. */
const filesMost = { first: 16, any: 30 } as const;
const firstRoutes = /\/(entry|overview)\//;
const Manifest = z.record(
  z.string(),
  z.object({
    file: z.string(),
    imports: z.array(z.string()).optional(),
    dynamicImports: z.array(z.string()).optional(),
    css: z.array(z.string()).optional(),
  }),
);
type Manifest = z.infer<typeof Manifest>;

/** Files of an entry and of all that it imports statically. */
function filesOf(manifest: Manifest, entry: string, seen: Set<string> = new Set()): Set<string> {
  const chunk = manifest[entry];
  if (chunk === undefined) throw new Error(`${entry} is not in the manifest`);
  if (seen.has(chunk.file)) return seen;
  seen.add(chunk.file);
  for (const css of chunk.css ?? []) seen.add(css);
  for (const imported of chunk.imports ?? []) filesOf(manifest, imported, seen);
  return seen;
}

describe('the weight of the console', () => {
  let dist = consoleFolder;
  let made: string | undefined;
  let manifest: Manifest;

  beforeAll(async () => {
    if (!consoleIsBuilt()) {
      made = mkdtempSync(join(tmpdir(), 'cardwatch-console-'));
      dist = made;
      await buildConsoleInto(made);
    }
    manifest = Manifest.parse(JSON.parse(readFileSync(join(dist, '.vite/manifest.json'), 'utf8')));
  }, 120_000);

  afterAll(() => {
    if (made !== undefined) rmSync(made, { recursive: true, force: true });
  });

  const gzipBytes = (files: Iterable<string>): number =>
    [...files].reduce((sum, file) => sum + gzipSync(readFileSync(join(dist, file)), { level: 9 }).length, 0);
  const routesOf = (): readonly string[] => Object.keys(manifest).filter((key) => /^src\/screens\/.*-page\.tsx$/.test(key));

  const heavierThan = (bytes: number, routes: readonly string[]) =>
    routes
      .map((route) => [route, gzipBytes(new Set([...filesOf(manifest, 'index.html'), ...filesOf(manifest, route)]))] as const)
      .filter(([, weight]) => weight > bytes);

  test('the first route, with all that it loads, is at most 375 kB gzip, any other 450', () => {
    const first = routesOf().filter((route) => firstRoutes.test(route));
    expect([first.length, routesOf().length >= 25]).toEqual([4, true]);
    expect(heavierThan(budgetBytes.first, first)).toEqual([]);
    expect(heavierThan(budgetBytes.any, routesOf())).toEqual([]);
  });

  test('the first route is at most 16 files, any other 30', () => {
    const filesWith = (route: string): number => new Set([...filesOf(manifest, 'index.html'), ...filesOf(manifest, route)]).size;
    const first = routesOf().filter((route) => firstRoutes.test(route));
    expect(first.filter((route) => filesWith(route) > filesMost.first)).toEqual([]);
    expect(routesOf().filter((route) => filesWith(route) > filesMost.any)).toEqual([]);
  });

  test('charts are loaded by the chart alone', () => {
    const hasCharts = (entry: string): boolean => [...filesOf(manifest, entry)].some((file) => /charts-/.test(file));
    expect(routesOf().filter(hasCharts)).toEqual([]);
    expect(hasCharts('src/chart/flow-chart.tsx')).toBe(true);
  });

  test('what is asked ahead waits for nothing: the page names its file first, and it imports nothing', () => {
    const html = readFileSync(join(dist, 'index.html'), 'utf8');
    const first = /<script[^>]* src="\/([^"]+)"/.exec(html)?.[1] ?? '';
    expect(first).toMatch(/^assets\/ahead-/);
    expect(readFileSync(join(dist, first), 'utf8')).not.toMatch(/\bimport\b/);
  });

  test('the page has no inline script, and everything that it names is there', () => {
    const html = readFileSync(join(dist, 'index.html'), 'utf8');
    expect(html.match(/<script(?![^>]*\ssrc=)/g)).toBeNull();
    const named = [...html.matchAll(/(?:src|href)="\/([^"]+)"/g)].map((match) => match[1] ?? '');
    expect(named.length).toBeGreaterThan(1);
    expect(named.filter((file) => !existsSync(join(dist, file)))).toEqual([]);
  });
});
