import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Drawer } from 'antd';
import { useConsole, useNow } from '../../console.tsx';
import { duration, fullTime, shortTime } from '../../format/time.ts';
import { FailureNote } from '../../frame/failure.tsx';
import { sayOr } from '../../words/say.ts';
import { useLanguage } from '../../words/words.tsx';
import { finePercent } from './figure.core.ts';

interface DeviceDrawerProps {
  readonly month: string;
  readonly deviceId: string;
  readonly name: string;
  readonly close: () => void;
}

/** The states of one device that its availability was counted from, the latest first. */
export function DeviceDrawer({ month, deviceId, name, close }: DeviceDrawerProps) {
  const { say: t, language } = useLanguage();
  const { queries } = useConsole();
  const now = useNow(60_000);
  const found = useQuery(queries.availability(month, { deviceId }));
  const states = found.data?.states.toReversed() ?? [];
  return (
    <Drawer open size={560} title={`${name} ${month}`} onClose={close}>
      <p>
        <Link to="/devices/$deviceId" params={{ deviceId }}>
          {deviceId}
        </Link>
      </p>
      {found.error !== null && <FailureNote error={found.error} retry={() => void found.refetch()} />}
      {found.data !== undefined && (
        <p className="number">
          {(['raw', 'net', 'contract'] as const).map((way) => {
            const value = found.data[way];
            return (
              <span key={way} className="way">
                <span className="meta">{t(`quality.way.${way}`)}</span> {value === null ? '–' : finePercent(value)}
              </span>
            );
          })}
        </p>
      )}
      {found.data !== undefined && states.length === 0 && <p className="empty">{t('quality.noStates')}</p>}
      {states.length > 0 && (
        <table className="plain wide">
          <thead>
            <tr>
              <th>{t('quality.from')}</th>
              <th className="end">{t('quality.lasted')}</th>
              <th>{t('column.state')}</th>
              <th>{t('column.cause')}</th>
            </tr>
          </thead>
          <tbody>
            {states.map(({ from, to, state, cause }) => (
              <tr key={from}>
                <td className="number" title={fullTime(from, language)}>
                  {shortTime(from, now)}
                </td>
                <td className="end number">{duration(to - from, language)}</td>
                <td>{sayOr(language, `quality.part.${state}`, sayOr(language, `device.state.${state}`, state))}</td>
                <td>{cause === null ? <span className="meta">–</span> : sayOr(language, `cause.${cause}`, cause)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Drawer>
  );
}
