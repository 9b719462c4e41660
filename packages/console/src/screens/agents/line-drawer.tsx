import type { AgentDto, DeviceDto } from '@cardwatch/contracts/api';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Drawer } from 'antd';
import { useEffect, useMemo } from 'react';
import { useConsole, useNow, usePollMs } from '../../console.tsx';
import { count } from '../../format/money.ts';
import { measured, signedSpan } from '../../format/size.ts';
import { FailureNote } from '../../frame/failure.tsx';
import { Moment, none } from '../../grid/cells.tsx';
import { DeviceMark } from '../../marks/mark.tsx';
import { useWords } from '../../words/words.tsx';
import { devicesOn, type LineFigures, linesOf, shareText } from './lines.core.ts';

interface LineDrawerProps {
  readonly agent: AgentDto;
  readonly line: string;
  readonly close: () => void;
}

const widthPx = 640;
const refreshMs = 15_000;

/** One line: its figures, and the devices on it, those that are not well first. It stands in the address. */
export function LineDrawer({ agent, line, close }: LineDrawerProps) {
  const t = useWords();
  const { queries } = useConsole();
  const pollMs = usePollMs(refreshMs);
  const asked = useInfiniteQuery({ ...queries.devicesOfAgent(agent.agentId), refetchInterval: pollMs });
  const { hasNextPage, isFetching, fetchNextPage } = asked;
  useEffect(() => {
    if (hasNextPage && !isFetching) void fetchNextPage();
  }, [hasNextPage, isFetching, fetchNextPage]);
  const devices = useMemo(() => devicesOn(asked.data?.pages.flatMap((page) => page.items) ?? [], line), [asked.data, line]);
  const figures = linesOf(agent.lines).find((one) => one.line === line);
  const online = devices.filter(({ state }) => state === 'online').length;
  return (
    <Drawer open title={t('lines.of', { agent: agent.agentId, line })} size={widthPx} onClose={close}>
      {figures !== undefined && <Figures figures={figures} />}
      {figures?.silent === true && <p className="meta">{t('lines.idle', { n: count(devices.length) })}</p>}
      {asked.error !== null && <FailureNote error={asked.error} retry={() => void asked.refetch()} />}
      <h2>
        {t('lines.worst')}{' '}
        <span className="meta">{t('lines.responding', { online: count(online), total: count(devices.length) })}</span>
      </h2>
      {devices.length === 0 ? (
        <p className="empty">{t(asked.isPending ? 'list.loading' : 'lines.noDevice')}</p>
      ) : (
        <Devices devices={devices} />
      )}
    </Drawer>
  );
}

function Figures({ figures }: { readonly figures: LineFigures }) {
  const t = useWords();
  const told = [
    [t('column.utilisation'), `${measured(figures.utilisationPct)} %`],
    [t('column.requests'), count(figures.requests)],
    [t('column.timeouts'), withShare(figures.timeouts, figures.timeoutShare)],
    [t('column.crcErrors'), count(figures.crcErrors)],
    [t('column.lateFrames'), count(figures.lateFrames)],
    [t('column.noise'), count(figures.noiseBytes)],
  ] as const;
  return (
    <dl className="facts">
      {told.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd className="number">{value}</dd>
        </div>
      ))}
    </dl>
  );
}

const withShare = (n: number, share: number | null): string =>
  share === null || n === 0 ? count(n) : `${count(n)} · ${shareText(share)}`;

function Devices({ devices }: { readonly devices: readonly DeviceDto[] }) {
  const t = useWords();
  const now = useNow(10_000);
  return (
    <table className="plain line-devices">
      <thead>
        <tr>
          <th>{t('column.state')}</th>
          <th>{t('column.device')}</th>
          <th className="end">{t('fact.busErrors')}</th>
          <th className="end">{t('fact.rtt')}</th>
          <th className="end">{t('column.drift')}</th>
          <th className="end">{t('column.lastSeen')}</th>
        </tr>
      </thead>
      <tbody>
        {devices.map((device) => (
          <tr key={device.deviceId}>
            <td>
              <DeviceMark state={device.state} />
            </td>
            <th scope="row">
              <Link to="/devices/$deviceId" params={{ deviceId: device.deviceId }} title={device.deviceId}>
                {device.name}
              </Link>
            </th>
            <td className="end number">{device.busErrors === null ? none : count(device.busErrors)}</td>
            <td className="end number">{device.rttMs === null ? none : `${measured(device.rttMs)} ms`}</td>
            <td className="end number">{device.driftMs === null ? none : signedSpan(device.driftMs)}</td>
            <td className="end number">
              <Moment at={device.lastSeenAt} now={now} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
