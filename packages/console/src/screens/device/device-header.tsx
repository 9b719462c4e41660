import type { DeviceDto } from '@cardwatch/contracts/api';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useConsole, useNow } from '../../console.tsx';
import { count } from '../../format/money.ts';
import { measured, signedSpan } from '../../format/size.ts';
import { duration, fullTime, shortTime, zone } from '../../format/time.ts';
import { useMay } from '../../frame/use-session.ts';
import { DeviceMark, Glyph } from '../../marks/mark.tsx';
import { agentMarks } from '../../marks/states.ts';
import { useLanguage } from '../../words/words.tsx';
import { modelText, placeText } from '../devices/place.ts';
import { MaintenanceButton } from './maintenance-button.tsx';
import { LastOperations, OperateButtons } from './operate-button.tsx';

/** State since when and why, the way up to the collector, and the facts that the device told last. */
export function DeviceHeader({ device }: { readonly device: DeviceDto }) {
  const { say: t, language } = useLanguage();
  const now = useNow(1_000);
  const mayCommand = useMay('commands');
  return (
    <header className="device-header">
      <Upstream device={device} />
      <div className="title-line">
        <h1>{device.name}</h1>
        <span className="device-state">
          <DeviceMark state={device.state} />
          {device.cause !== null && <span>{t(`cause.${device.cause}`)}</span>}
          <span className="meta number" title={`${fullTime(device.since, language)} ${zone}`}>
            {t('device.since', { at: shortTime(device.since, now), age: duration(now - device.since, language) })}
          </span>
        </span>
        <span className="push" />
        {mayCommand && <OperateButtons device={device} />}
        {mayCommand && <MaintenanceButton device={device} />}
      </div>
      <p className="meta">
        {t(`device.kind.${device.kind}`)} · {device.deviceId} · {placeText(device.place)}
      </p>
      <LastOperations device={device} />
      <Facts device={device} />
    </header>
  );
}

/** 采集器 → line → device, each hop with what is known of it. */
function Upstream({ device }: { readonly device: DeviceDto }) {
  const { say: t } = useLanguage();
  const { queries } = useConsole();
  const agents = useQuery(queries.agents()).data?.items ?? [];
  const agent = agents.find((other) => other.agentId === device.agentId);
  const line = agent?.lines.find((other) => other.line === device.line);
  return (
    <nav className="hops meta" aria-label={t('device.upstream')}>
      <Link to="/agents" search={{ agentId: device.agentId }}>
        {agent !== undefined && <Glyph {...agentMarks[agent.state]} />} {device.agentId}
      </Link>
      {agent !== undefined && <span>{t(`agent.state.${agent.state}`)}</span>}
      <span aria-hidden="true">›</span>
      <span>
        {t('device.line', { line: device.line })}
        {line !== undefined && ` ${t('device.lineUse', { pct: measured(line.utilisationPct), timeouts: count(line.timeouts) })}`}
      </span>
      <span aria-hidden="true">›</span>
      <span>{device.deviceId}</span>
    </nav>
  );
}

function Facts({ device }: { readonly device: DeviceDto }) {
  const { say: t, language } = useLanguage();
  const now = useNow(1_000);
  const when = (at: number | null): ReactNode => at !== null && <span title={fullTime(at, language)}>{shortTime(at, now)}</span>;
  const number = (value: number | null): ReactNode => value !== null && count(value);
  const isGate = device.kind === 'gate';
  const facts: readonly (readonly [string, ReactNode])[] = [
    [t('column.model'), <span title={device.profile}>{modelText(device.profile)}</span>],
    [t('fact.firmware'), device.firmware],
    [t('column.lastSeen'), when(device.lastSeenAt)],
    ...(device.serial === null ? [] : [[t('fact.serial'), device.serial] as const]),
    ...(isGate ? [] : [[t('fact.lastRecordAt'), when(device.lastRecordAt)] as const]),
    ...(isGate || device.lastEventAt !== null ? [[t('fact.lastEventAt'), when(device.lastEventAt)] as const] : []),
    [t(isGate ? 'fact.lastEventNo' : 'column.lastRecord'), number(device.lastRecordNo)],
    [t('fact.generation'), number(device.generation)],
    [t('column.uncollected'), number(device.uncollected)],
    [t('fact.freeRecords'), number(device.freeRecords)],
    ...(isGate
      ? []
      : [
          [t('column.listVersion'), number(device.blacklistVersion)] as const,
          [t('fact.parameterVersion'), number(device.parameterVersion)] as const,
        ]),
    [t('column.drift'), device.driftMs !== null && signedSpan(device.driftMs)],
    [t('fact.rtt'), device.rttMs !== null && `${measured(device.rttMs)} ms`],
    [t('fact.busErrors'), number(device.busErrors)],
    ...(device.duplicates === null ? [] : [[t('fact.duplicates'), number(device.duplicates)] as const]),
    ...(device.discardedParts === null ? [] : [[t('fact.discardedParts'), number(device.discardedParts)] as const]),
  ];
  return (
    <dl className="facts">
      {facts.map(([label, value]) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd className="number">{value === null || value === false ? '–' : value}</dd>
        </div>
      ))}
    </dl>
  );
}
