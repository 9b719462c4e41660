import type { DeviceDto, RegisteredDeviceDto } from '@cardwatch/contracts/api';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useConsole } from '../../console.tsx';
import { signedSpan } from '../../format/size.ts';
import { day } from '../../format/time.ts';
import { FailureNote } from '../../frame/failure.tsx';
import { none } from '../../grid/cells.tsx';
import { useWords } from '../../words/words.tsx';
import { placeText } from '../devices/place.ts';
import { driftWorthMs, versionsOf } from './versions.core.ts';

/** 配置: versions against the newest of its model, the clock, and where the register has it. */
export function DeviceConfiguration({ device }: { readonly device: DeviceDto }) {
  const { queries } = useConsole();
  const registered = useQuery(queries.deviceRegistered(device.deviceId));
  const peers = useInfiniteQuery(queries.devicesOfAgent(device.agentId)).data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <div className="scroll configuration" tabIndex={0}>
      <Versions device={device} peers={peers} />
      {registered.error !== null && <FailureNote error={registered.error} retry={() => void registered.refetch()} />}
      {registered.data !== undefined && <Registered registered={registered.data} />}
    </div>
  );
}

function Versions({ device, peers }: { readonly device: DeviceDto; readonly peers: readonly DeviceDto[] }) {
  const t = useWords();
  const { list, parameters } = versionsOf(device, peers);
  const { driftMs } = device;
  const isOff = driftMs !== null && Math.abs(driftMs) > driftWorthMs;
  return (
    <table className="plain">
      <caption>{t('config.title')}</caption>
      <thead>
        <tr>
          <th>{t('config.item')}</th>
          <th className="end">{t('config.value')}</th>
          <th>{t('config.reference')}</th>
          <th className="end">{t('config.lag')}</th>
        </tr>
      </thead>
      <tbody>
        <VersionRow name={t('column.listVersion')} version={list} />
        <VersionRow name={t('fact.parameterVersion')} version={parameters} />
        <Row name={t('column.drift')} value={driftMs === null ? none : signedSpan(driftMs)} reference={t('config.driftLimit')}>
          {driftMs === null ? none : isOff ? <span className="tone-level2">{signedSpan(driftMs)}</span> : t('config.level')}
        </Row>
        <Row name={t('fact.firmware')} value={device.firmware ?? none} reference="" />
        <Row name={t('config.profile')} value={device.profile} reference="" />
      </tbody>
    </table>
  );
}

interface RowProps {
  readonly name: string;
  readonly value: ReactNode;
  readonly reference: string;
  readonly children?: ReactNode;
}

const Row = ({ name, value, reference, children }: RowProps) => (
  <tr>
    <th scope="row">{name}</th>
    <td className="end number">{value}</td>
    <td className="meta">{reference}</td>
    <td className="end number">{children}</td>
  </tr>
);

function VersionRow({ name, version }: { readonly name: string; readonly version: ReturnType<typeof versionsOf>['list'] }) {
  const t = useWords();
  const { own, newest, behind } = version;
  return (
    <Row name={name} value={own ?? none} reference={newest === null ? '' : t('config.newestOfModel', { version: newest })}>
      {behind === null ? none : behind === 0 ? t('config.level') : <span className="tone-level2">{behind}</span>}
    </Row>
  );
}

/** Where it stands by the register, beside what its agent declares; its uplink and whose it is. */
function Registered({ registered }: { readonly registered: RegisteredDeviceDto }) {
  const t = useWords();
  const { declared, place, node, bindings } = registered;
  const current = bindings.at(-1);
  return (
    <table className="plain">
      <caption>{t('config.place')}</caption>
      <tbody>
        <tr>
          <th scope="row">{t('config.registered')}</th>
          <td>
            {place === null ? (
              <span className="meta">{t('config.notRegistered')}</span>
            ) : (
              place.area.split('/').filter(Boolean).join(' / ')
            )}
          </td>
        </tr>
        <tr>
          <th scope="row">{t('config.declared')}</th>
          <td>{placeText(declared)}</td>
        </tr>
        <tr>
          <th scope="row">{t('config.node')}</th>
          <td>{node === null ? none : <Uplinks parents={node.upstream.flatMap(({ parents }) => parents)} />}</td>
        </tr>
        <tr>
          <th scope="row">{t('config.merchant')}</th>
          <td>
            {current === undefined ? (
              <span className="meta">{t('config.noMerchant')}</span>
            ) : (
              <>
                <Link to="/flow" search={{ kind: 'merchant', id: current.merchantId }}>
                  {current.merchantName}
                </Link>{' '}
                <span className="meta">{t('config.merchantSince', { from: day(current.validFrom) })}</span>
              </>
            )}
          </td>
        </tr>
      </tbody>
    </table>
  );
}

function Uplinks({ parents }: { readonly parents: readonly string[] }) {
  if (parents.length === 0) return none;
  return parents.map((parent, no) => (
    <span key={parent}>
      {no > 0 && ' · '}
      <Link to="/devices/$deviceId" params={{ deviceId: parent }}>
        {parent}
      </Link>
    </span>
  ));
}
