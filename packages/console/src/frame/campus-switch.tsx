import { useQuery } from '@tanstack/react-query';
import { useMatches, useRouter } from '@tanstack/react-router';
import { Select } from 'antd';
import { useConsole } from '../console.tsx';
import { useWords } from '../words/words.tsx';

const all = '';

/** The campus of the screens that know one; it stands in their address. Nothing where there is one campus, or a screen of the whole site. */
export function CampusSwitch() {
  const t = useWords();
  const router = useRouter();
  const { queries } = useConsole();
  const areas = useQuery(queries.overview()).data?.areas ?? [];
  const campuses = [...new Set(areas.map(({ campus }) => campus))];
  const { knows, campus } = useCampus();
  if (!knows || campuses.length < 2) return null;
  const choose = (chosen: string): void => {
    const search = new URLSearchParams(router.state.location.searchStr);
    if (chosen === all) search.delete('campus');
    else search.set('campus', chosen);
    for (const narrower of ['area']) search.delete(narrower);
    const text = search.toString();
    void router.navigate({ href: `${router.state.location.pathname}${text === '' ? '' : `?${text}`}` });
  };
  return (
    <Select
      className="campus-switch"
      aria-label={t('campus.switch')}
      value={campus ?? all}
      options={[{ value: all, label: t('campus.all') }, ...campuses.map((name) => ({ value: name, label: name }))]}
      onChange={choose}
      popupMatchSelectWidth={false}
    />
  );
}

/** Whether the screen that stands open keeps a campus in its address, and which. */
export function useCampus(): { readonly knows: boolean; readonly campus: string | undefined } {
  const router = useRouter();
  const leaf = useMatches().at(-1);
  const knows = leaf !== undefined && knowsCampus(router.routesById[leaf.routeId]?.options.validateSearch);
  const search: Readonly<Record<string, unknown>> = leaf?.search ?? {};
  const { campus } = search;
  return { knows, campus: typeof campus === 'string' ? campus : undefined };
}

/** Screens drop from their address what they do not know: one that keeps a campus knows it. */
export function knowsCampus(validate: unknown): boolean {
  if (typeof validate !== 'function') return false;
  const kept: unknown = Reflect.apply(validate, undefined, [{ campus: 'x' }]);
  return typeof kept === 'object' && kept !== null && 'campus' in kept;
}
