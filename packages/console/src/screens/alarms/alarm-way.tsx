import type { AlarmDetailDto } from '@cardwatch/contracts/api';
import { alarmTitle } from '@cardwatch/contracts/words';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useConsole } from '../../console.tsx';
import { DeviceMark, Glyph } from '../../marks/mark.tsx';
import { useLanguage } from '../../words/words.tsx';

/** From the cause down to what this alarm is about, each with its state; and the alarm that explains this one. Nothing where it is its own cause. */
export function AlarmWay({ detail: { alarm, cause } }: { readonly detail: AlarmDetailDto }) {
  const { say: t, language } = useLanguage();
  if (cause === null) return null;
  const way = (alarm.causeWay ?? [alarm.subject.id, cause.subject.id]).toReversed();
  return (
    <nav className="hops alarm-way" aria-label={t('alarms.way')}>
      <span className="meta">{t('alarms.explainedBy')}</span>
      <Link to="/alarms/$alarmId" params={{ alarmId: cause.alarmId }}>
        {alarmTitle(cause, language)}
      </Link>
      {way.map((node) => (
        <Node key={node} id={node} />
      ))}
    </nav>
  );
}

/** A device by its name and state; another node, such as a line, by its id. */
function Node({ id }: { readonly id: string }) {
  const { queries } = useConsole();
  const found = useInfiniteQuery(queries.devices({ q: id })).data?.pages.flatMap((page) => page.items);
  const device = found?.find(({ deviceId }) => deviceId === id);
  return (
    <>
      <span aria-hidden="true">›</span>
      {device === undefined ? (
        <span className="mark">
          <Glyph shape="hollow" tone="unknown" />
          {id}
        </span>
      ) : (
        <Link to="/devices/$deviceId" params={{ deviceId: id }} className="mark">
          <DeviceMark state={device.state} />
          {device.name}
        </Link>
      )}
    </>
  );
}
