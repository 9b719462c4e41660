import type { CommandDto, DeviceDto } from '@cardwatch/contracts/api';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, Form, Input } from 'antd';
import { useRef, useState } from 'react';
import { failureOf } from '../../api/failure.ts';
import { keys } from '../../api/keys.ts';
import { useConsole, useNow, usePollMs } from '../../console.tsx';
import { shortTime } from '../../format/time.ts';
import { sayOr } from '../../words/say.ts';
import { useLanguage } from '../../words/words.tsx';
import { ReasonDialog } from '../reason-dialog.tsx';

/** While an order is under way its outcome is asked for this often. */
const lookMs = 2_000;

/** One button for each thing that the device can be had to do; the reason goes into the audit trail. */
export function OperateButtons({ device }: { readonly device: DeviceDto }) {
  return device.operations.map((name) => <OperateButton key={name} device={device} name={name} />);
}

function OperateButton({ device, name }: { readonly device: DeviceDto; readonly name: string }) {
  const { say: t, language } = useLanguage();
  const { client, newId } = useConsole();
  const cache = useQueryClient();
  const [asking, setAsking] = useState(false);
  const [emergency, setEmergency] = useState('');
  // One dialog is one order, however often its button is pressed.
  const key = useRef('');
  const order = useMutation({
    mutationFn: (reason: string) =>
      client.fetch('operateDevice', {
        params: { deviceId: device.deviceId },
        body: {
          name,
          reason,
          idempotencyKey: key.current,
          ...(emergency.trim() === '' ? {} : { emergency: emergency.trim() }),
        },
      }),
    onSuccess: () => {
      setAsking(false);
      return cache.invalidateQueries({ queryKey: keys.operations(device.deviceId) });
    },
  });
  const verb = sayOr(language, `operation.${name}`, name);
  const ask = (): void => {
    key.current = newId();
    setAsking(true);
  };
  return (
    <>
      <Button size="small" onClick={ask}>
        {verb}
      </Button>
      {asking && (
        <ReasonDialog
          title={t('operate.title', { name: device.name, verb })}
          text={t('operate.text')}
          action={verb}
          pending={order.isPending}
          error={order.error}
          submit={(reason) => order.mutate(reason)}
          close={() => setAsking(false)}
        >
          {isRefused(order.error) && (
            <Form.Item label={t('operate.emergency')} htmlFor="emergency" help={t('operate.frozen')}>
              <Input id="emergency" maxLength={32} value={emergency} onChange={(event) => setEmergency(event.target.value)} />
            </Form.Item>
          )}
        </ReasonDialog>
      )}
    </>
  );
}

/** Refused for a freeze, or for an incident that is none: then the way out is offered. */
function isRefused(error: Error | null): boolean {
  if (error === null) return false;
  const failure = failureOf(error);
  return failure.kind === 'refused' && ['frozen', 'noEmergency', 'refused'].includes(failure.body.code);
}

/** What became of the last orders. */
export function LastOperations({ device }: { readonly device: DeviceDto }) {
  const { say: t, language } = useLanguage();
  const { queries } = useConsole();
  const now = useNow(10_000);
  const pollMs = usePollMs(lookMs);
  const orders = useQuery({
    ...queries.operations(device.deviceId),
    enabled: device.operations.length > 0,
    refetchInterval: (query) => (query.state.data?.items.some(isUnderWay) === true ? pollMs : false),
  });
  const [last] = orders.data?.items ?? [];
  if (last === undefined) return null;
  const verb = sayOr(language, `operation.${last.operation ?? ''}`, last.operation ?? '');
  return (
    <p className="meta" role="status">
      {t('operate.last', {
        at: shortTime(last.createdAt, now),
        who: last.createdBy,
        verb,
        state: t(`command.state.${last.state}`),
      })}
      {last.detail !== null && ` ${last.detail}`}
    </p>
  );
}

const isUnderWay = ({ state }: CommandDto): boolean => state === 'pending' || state === 'sent';
