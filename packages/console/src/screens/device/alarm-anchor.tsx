import type { AlarmDto } from '@cardwatch/contracts/api';
import { useRouter } from '@tanstack/react-router';
import type { ReactNode } from 'react';

/** Level as shape and number. */
const shapes: Readonly<Record<AlarmDto['level'], string>> = { 1: '◆1', 2: '▲2', 3: '●3' };

/** A link to the page of an alarm, its level before it. */
export function AlarmAnchor({ alarm, children }: { readonly alarm: AlarmDto; readonly children: ReactNode }) {
  const router = useRouter();
  const href = `/alarms/${alarm.alarmId}`;
  return (
    <a
      className="alarm-anchor"
      href={href}
      onClick={(event) => {
        if (event.ctrlKey || event.metaKey || event.shiftKey) return;
        event.preventDefault();
        router.history.push(href);
      }}
    >
      <span className={`number tone-level${alarm.level}`}>{shapes[alarm.level]}</span> {children}
    </a>
  );
}
