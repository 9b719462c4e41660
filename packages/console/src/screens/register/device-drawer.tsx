import type { RegisteredDeviceDto } from '@cardwatch/contracts/api';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { Button, Drawer } from 'antd';
import { useState } from 'react';
import { useConsole } from '../../console.tsx';
import { day } from '../../format/time.ts';
import { FailureNote } from '../../frame/failure.tsx';
import { useMay } from '../../frame/use-session.ts';
import { withSearch } from '../../search.ts';
import { useWords } from '../../words/words.tsx';
import { BindDialog, EndDialog } from './merchant-dialogs.tsx';
import { PlaceDialog } from './place-dialog.tsx';
import { UpstreamDialog } from './upstream-dialog.tsx';

const route = getRouteApi('/app/register');

/** What the register has of one device, beside what its agent declares. */
export function DeviceDrawer({ deviceId }: { readonly deviceId: string }) {
  const t = useWords();
  const { queries } = useConsole();
  const navigate = route.useNavigate();
  const registered = useQuery(queries.registered(deviceId));
  const device = useQuery(queries.device(deviceId)).data;
  return (
    <Drawer
      open
      size={560}
      title={device?.name ?? deviceId}
      onClose={() => void navigate({ search: (old) => withSearch(old, { deviceId: undefined }) })}
    >
      <p className="entry-links">
        <span className="meta">{deviceId}</span>
        <Link to="/devices/$deviceId" params={{ deviceId }}>
          {t('topology.toDevice')}
        </Link>
        <Link to="/topology" search={{ node: deviceId }}>
          {t('rail.topology')}
        </Link>
      </p>
      {registered.error !== null && <FailureNote error={registered.error} retry={() => void registered.refetch()} />}
      {registered.data !== undefined && <Entries registered={registered.data} />}
    </Drawer>
  );
}

type Asked = 'place' | 'upstream' | 'bind';

function Entries({ registered }: { readonly registered: RegisteredDeviceDto }) {
  const t = useWords();
  const mayEdit = useMay('topology:edit');
  const [asked, setAsked] = useState<Asked>();
  const close = (): void => setAsked(undefined);
  const { declared, place, node } = registered;
  const told = [declared.campus, declared.zone, declared.building, declared.area].filter(
    (part) => part !== undefined && part !== '',
  );
  const edit = (what: Asked) =>
    mayEdit && (
      <Button size="small" onClick={() => setAsked(what)}>
        {t(`register.edit.${what}`)}
      </Button>
    );
  return (
    <>
      <section className="entry-part">
        <h2>
          {t('column.place')} <span className="push" /> {edit('place')}
        </h2>
        <dl className="pairs">
          <dt>{t('register.byRegister')}</dt>
          <dd>
            {place === null
              ? t('register.notPlaced')
              : [place.area, place.zone, place.cluster].filter((part) => part !== null).join(' · ')}
          </dd>
          <dt>{t('register.byAgent')}</dt>
          <dd>{told.join(' / ')}</dd>
        </dl>
      </section>
      <section className="entry-part">
        <h2>
          {t('topology.up')} <span className="push" /> {edit('upstream')}
        </h2>
        {node === null || node.upstream.length === 0 ? (
          <p className="meta">{t('register.noUpstream')}</p>
        ) : (
          <ol className="groups">
            {node.upstream.map(({ parents }) => (
              <li key={parents.join()}>{parents.join(t('topology.or'))}</li>
            ))}
          </ol>
        )}
        {node !== null && node.port !== null && <p className="meta">{t('register.portIs', { port: node.port })}</p>}
      </section>
      <section className="entry-part">
        <h2>
          {t('register.merchant')} <span className="push" /> {edit('bind')}
        </h2>
        <Bindings registered={registered} mayEdit={mayEdit} />
      </section>
      {asked === 'place' && <PlaceDialog registered={registered} close={close} />}
      {asked === 'upstream' && <UpstreamDialog registered={registered} close={close} />}
      {asked === 'bind' && <BindDialog deviceId={registered.deviceId} close={close} />}
    </>
  );
}

function Bindings({
  registered: { bindings, deviceId },
  mayEdit,
}: {
  readonly registered: RegisteredDeviceDto;
  readonly mayEdit: boolean;
}) {
  const t = useWords();
  const { now } = useConsole();
  const [ending, setEnding] = useState<number>();
  if (bindings.length === 0) return <p className="meta">{t('register.noMerchant')}</p>;
  return (
    <table className="plain">
      <thead>
        <tr>
          <th>{t('register.merchant')}</th>
          <th className="end">{t('register.validFrom')}</th>
          <th className="end">{t('register.validTo')}</th>
          <th />
        </tr>
      </thead>
      <tbody>
        {bindings.toReversed().map((binding) => (
          <tr key={binding.validFrom}>
            <th scope="row">
              {binding.merchantName} <span className="meta">{binding.merchantId}</span>
            </th>
            <td className="end number">{day(binding.validFrom)}</td>
            <td className="end number">{binding.validTo === null ? t('register.open') : day(binding.validTo)}</td>
            <td className="end">
              {mayEdit && (binding.validTo === null || binding.validTo > now()) && (
                <Button size="small" onClick={() => setEnding(binding.validFrom)}>
                  {t('register.end')}
                </Button>
              )}
            </td>
          </tr>
        ))}
      </tbody>
      {ending !== undefined && <EndDialog deviceId={deviceId} validFrom={ending} close={() => setEnding(undefined)} />}
    </table>
  );
}
