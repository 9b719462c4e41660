import type { DeviceDto } from '@cardwatch/contracts/api';
import { dayMs, hourMs, shanghaiOffsetMs } from '@cardwatch/kernel';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useConsole, useNow, usePollMs } from '../../console.tsx';
import { measured } from '../../format/size.ts';
import { duration, minuteTime } from '../../format/time.ts';
import { Glyph } from '../../marks/mark.tsx';
import { deviceMarks } from '../../marks/states.ts';
import { withSearch } from '../../search.ts';
import { sayOr } from '../../words/say.ts';
import { useLanguage } from '../../words/words.tsx';
import { type Between, hourMarks, placeIn, type RibbonPart, ribbonParts } from './ribbon.core.ts';
import { spansOf, windowsOf } from './windows.core.ts';

const route = getRouteApi('/app/devices/$deviceId');
const refreshMs = 30_000;
/** An hour too near to the edge would be cut off. */
const edgeMs = 0.4 * hourMs;
/** Wide enough for its shape, percent of the ribbon. */
const shapePct = 2.5;

/** 近 24 小时状态: one ribbon over all tabs; a click on a part shows only that time in the tabs below. */
export function StateRibbon({ device }: { readonly device: DeviceDto }) {
  const { say: t, language } = useLanguage();
  const { queries } = useConsole();
  const pollMs = usePollMs(refreshMs);
  const to = Math.ceil(useNow(refreshMs) / refreshMs) * refreshMs;
  const whole = useMemo(() => ({ from: to - dayMs, to }), [to]);
  const { from, to: until } = route.useSearch();
  const navigate = route.useNavigate();
  const states = useQuery({
    ...queries.deviceStates(device.deviceId, whole),
    placeholderData: (old) => old,
    gcTime: 2 * refreshMs,
  }).data;
  const windows = useQuery({ ...queries.deviceWindows(), refetchInterval: pollMs }).data?.windows ?? [];
  const parts = useMemo(() => (states === undefined ? [] : ribbonParts(states)), [states]);
  const held = windowsOf(windows, device).flatMap((window) => spansOf(window, whole));
  const zoom = (span: Between | undefined): void =>
    void navigate({ search: (old) => withSearch(old, { from: span?.from, to: span?.to }) });
  const share = states?.devices[0]?.raw.value;
  return (
    <section className="ribbon-box" aria-label={t('ribbon.title')}>
      <p className="meta">
        {t('ribbon.title')}
        {share !== undefined && share !== null && ` · ${t('ribbon.online', { share: `${measured(share * 100)} %` })}`}
        {from !== undefined && until !== undefined && (
          <button type="button" className="chip chosen" onClick={() => zoom(undefined)}>
            {t('ribbon.zoomed', { from: minuteTime(from), to: minuteTime(until) })} ×
          </button>
        )}
      </p>
      <div className="ribbon">
        {parts.map((part) => {
          const { left, width } = placeIn(part, whole);
          const cause = part.cause === null ? '' : t('ribbon.why', { cause: sayOr(language, `cause.${part.cause}`, part.cause) });
          const said = t('ribbon.part', {
            state: t(`device.state.${part.state}`),
            why: cause,
            from: minuteTime(part.from),
            to: minuteTime(part.to),
            length: duration(part.to - part.from, language),
          });
          const text = part.upstream ? `${said} · ${t('ribbon.upstream')}` : said;
          return (
            <button
              key={part.from}
              type="button"
              className={classOf(part)}
              style={{ left: `${left}%`, width: `${width}%` }}
              title={text}
              aria-label={text}
              aria-pressed={from === part.from && until === part.to}
              onClick={() => zoom(from === part.from && until === part.to ? undefined : part)}
            >
              {width > shapePct && part.state !== 'online' && <Glyph {...deviceMarks[part.state]} />}
            </button>
          );
        })}
        {held.map((span) => {
          const { left, width } = placeIn(span, whole);
          return (
            <span
              key={span.from}
              className="ribbon-window"
              style={{ left: `${left}%`, width: `${width}%` }}
              title={`${t('ribbon.window')} ${minuteTime(span.from)}–${minuteTime(span.to)}`}
            />
          );
        })}
        {states !== undefined && parts.length === 0 && <span className="meta ribbon-none">{t('ribbon.none')}</span>}
      </div>
      <div className="ribbon-hours meta number" aria-hidden="true">
        {hourMarks({ from: whole.from + edgeMs, to: whole.to - edgeMs }, 4 * hourMs, shanghaiOffsetMs).map((at) => (
          <span key={at} style={{ left: `${placeIn({ from: at, to: at }, whole).left}%` }}>
            {minuteTime(at)}
          </span>
        ))}
      </div>
    </section>
  );
}

const classOf = ({ state, upstream }: RibbonPart): string => `ribbon-part ribbon-${state}${upstream ? ' ribbon-upstream' : ''}`;
