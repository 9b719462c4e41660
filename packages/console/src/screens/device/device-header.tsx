import type { DeviceDto } from '@cardwatch/contracts/api';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useConsole, useNow } from '../../console.tsx';
import { count } from '../../format/money.ts';
import { measured } from '../../format/size.ts';
import { duration, fullTime, shortTime, zone } from '../../format/time.ts';
import { useMay } from '../../frame/use-session.ts';
import { DeviceMark, Glyph } from '../../marks/mark.tsx';
import { agentMarks, deviceMarks } from '../../marks/states.ts';
import { useLanguage } from '../../words/words.tsx';
import { placeText } from '../devices/place.ts';
import { Facts } from './facts.tsx';
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

/** 采集器 → line → what it is reached through, farthest first → device: each hop with what is known of it. */
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
        {line !== undefined && (
          <Glyph {...(line.requests > 0 && agent?.state === 'online' ? deviceMarks.online : deviceMarks.unknown)} />
        )}{' '}
        <Link to="/agents" search={{ agentId: device.agentId, line: device.line }}>
          {t('device.line', { line: device.line })}
        </Link>
        {line !== undefined && ` ${t('device.lineUse', { pct: measured(line.utilisationPct), timeouts: count(line.timeouts) })}`}
      </span>
      {device.parents.toReversed().map((parent) => (
        <Parent key={parent} deviceId={parent} />
      ))}
      <span aria-hidden="true">›</span>
      <span>
        <Glyph {...deviceMarks[device.state]} /> {device.deviceId}
      </span>
    </nav>
  );
}

/** 上级: while it is offline, the silence of what hangs on it is not its own. */
function Parent({ deviceId }: { readonly deviceId: string }) {
  const { say: t } = useLanguage();
  const { queries } = useConsole();
  const parent = useQuery(queries.device(deviceId)).data;
  return (
    <>
      <span aria-hidden="true">›</span>
      <span>
        {t('device.parent')}{' '}
        <Link to="/devices/$deviceId" params={{ deviceId }} title={deviceId}>
          {parent !== undefined && <Glyph {...deviceMarks[parent.state]} />} {parent?.name ?? deviceId}
        </Link>
        {parent !== undefined && ` ${t(`device.state.${parent.state}`)}`}
      </span>
    </>
  );
}
