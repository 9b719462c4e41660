import type { AlarmDto } from '@cardwatch/contracts/api';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';

/** Level as shape and number. */
const shapes: Readonly<Record<AlarmDto['level'], string>> = { 1: '◆1', 2: '▲2', 3: '●3' };

/** A link to the page of an alarm, its level before it. */
export function AlarmAnchor({ alarm, children }: { readonly alarm: AlarmDto; readonly children: ReactNode }) {
  return (
    <Link className="alarm-anchor" to="/alarms/$alarmId" params={{ alarmId: alarm.alarmId }}>
      <span className={`number tone-level${alarm.level}`}>{shapes[alarm.level]}</span> {children}
    </Link>
  );
}
