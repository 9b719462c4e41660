import type { DeviceDto } from '@cardwatch/contracts/api';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Button } from 'antd';
import { useRef, useState } from 'react';
import { useConsole, useNow } from '../../console.tsx';
import { fieldFromEpoch } from '../../format/field-time.ts';
import { zone } from '../../format/time.ts';
import { FailureNote } from '../../frame/failure.tsx';
import { useMay } from '../../frame/use-session.ts';
import { useWords } from '../../words/words.tsx';
import { ReasonDialog } from '../reason-dialog.tsx';
import { AddWindowButton } from './add-window.tsx';
import { type MaintenanceWindow, windowsOf } from './windows.core.ts';

/** 维护窗口 that cover this device, its own and those of its area or of what is above it; set and ended from here. */
export function DeviceWindows({ device }: { readonly device: DeviceDto }) {
  const t = useWords();
  const { queries } = useConsole();
  const mayEdit = useMay('windows:edit');
  const asked = useQuery(queries.deviceWindows());
  const windows = windowsOf(asked.data?.windows ?? [], device);
  return (
    <div className="scroll device-windows" tabIndex={0}>
      {mayEdit && <AddWindowButton device={device} />}
      {asked.error !== null && <FailureNote error={asked.error} retry={() => void asked.refetch()} />}
      {windows.length === 0 ? (
        <p className="empty">{t(asked.isPending ? 'list.loading' : 'windows.none')}</p>
      ) : (
        <table className="plain">
          <thead>
            <tr>
              <th>{t('column.state')}</th>
              <th>{t('windows.name')}</th>
              <th className="end">
                {t('windows.from')} <span className="head-hint">{zone}</span>
              </th>
              <th className="end">{t('windows.to')}</th>
              <th>{t('windows.of')}</th>
              <th>{t('column.reason')}</th>
              <th>{t('windows.by')}</th>
              {mayEdit && <th />}
            </tr>
          </thead>
          <tbody>
            {windows.map((window) => (
              <WindowRow key={window.windowId} window={window} device={device} mayEdit={mayEdit} />
            ))}
          </tbody>
        </table>
      )}
    </div>
  );
}

interface WindowRowProps {
  readonly window: MaintenanceWindow;
  readonly device: DeviceDto;
  readonly mayEdit: boolean;
}

function WindowRow({ window, device, mayEdit }: WindowRowProps) {
  const t = useWords();
  const now = useNow(30_000);
  return (
    <tr>
      <td>{t(window.from <= now ? 'windows.state.running' : 'windows.state.ahead')}</td>
      <th scope="row">
        {window.name} <span className="meta">{t(window.weekly ? 'windows.weekly' : 'windows.once')}</span>
      </th>
      <td className="end number">{fieldFromEpoch(window.from)}</td>
      <td className="end number">{fieldFromEpoch(window.to)}</td>
      <td>{t(window.subjects.includes(device.deviceId) ? 'windows.ofDevice' : 'windows.ofPlace')}</td>
      <td className="text-cell">{window.reason}</td>
      <td>{window.createdBy}</td>
      {mayEdit && (
        <td>
          <EndButton window={window} />
        </td>
      )}
    </tr>
  );
}

function EndButton({ window }: { readonly window: MaintenanceWindow }) {
  const t = useWords();
  const { client, newId } = useConsole();
  const cache = useQueryClient();
  const [asking, setAsking] = useState(false);
  const key = useRef('');
  const end = useMutation({
    mutationFn: (reason: string) =>
      client.fetch('endMaintenanceWindow', {
        params: { windowId: window.windowId },
        body: { reason, idempotencyKey: key.current },
      }),
    onSuccess: () => {
      setAsking(false);
      return cache.invalidateQueries({ queryKey: ['deviceWindows'] });
    },
  });
  const others = window.subjects.length - 1;
  const ask = (): void => {
    key.current = newId();
    setAsking(true);
  };
  return (
    <>
      <Button size="small" onClick={ask}>
        {t('windows.end')}
      </Button>
      {asking && (
        <ReasonDialog
          title={t('windows.endTitle', { name: window.name })}
          text={`${t('windows.endText')}${others > 0 ? ` ${t('windows.endOthers', { n: others })}` : ''}`}
          action={t('windows.end')}
          pending={end.isPending}
          error={end.error}
          submit={(reason) => end.mutate(reason)}
          close={() => setAsking(false)}
        />
      )}
    </>
  );
}
