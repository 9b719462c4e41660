/** A list as somebody likes it: a name for what stands in the address. */
export interface SavedView {
  readonly name: string;
  /** Search part of the address, with its `?`, or nothing. */
  readonly search: string;
}

export const viewLimits = { views: 30, nameChars: 40, searchChars: 2_000 } as const;

/** What this browser remembers; anything that is not a list of views is none. */
export function viewsFrom(text: string | undefined): readonly SavedView[] {
  try {
    const json: unknown = JSON.parse(text ?? '[]');
    return Array.isArray(json) ? json.filter(isView).slice(0, viewLimits.views) : [];
  } catch {
    return [];
  }
}

const isView = (json: unknown): json is SavedView =>
  typeof json === 'object' &&
  json !== null &&
  'name' in json &&
  typeof json.name === 'string' &&
  json.name.length <= viewLimits.nameChars &&
  'search' in json &&
  typeof json.search === 'string' &&
  json.search.length <= viewLimits.searchChars;

/** One name is one view: saving again replaces it. */
export const withView = (views: readonly SavedView[], view: SavedView): readonly SavedView[] =>
  [...views.filter(({ name }) => name !== view.name), view].slice(-viewLimits.views);

export const withoutView = (views: readonly SavedView[], name: string): readonly SavedView[] =>
  views.filter((view) => view.name !== name);
