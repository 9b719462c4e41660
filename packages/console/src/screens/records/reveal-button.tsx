import type { RecordDto, RevealDto } from '@cardwatch/contracts/api';
import { useMutation } from '@tanstack/react-query';
import { Button, Form, Input, Modal } from 'antd';
import { useEffect, useState } from 'react';
import { useConsole } from '../../console.tsx';
import { FailureNote } from '../../frame/failure.tsx';
import { useWords } from '../../words/words.tsx';
import { revealSeconds, secondsLeft } from './reveal.core.ts';
import './records.css';

const purposeChars = { min: 4, max: 200 } as const;

/** 查看卡号: asks for the purpose, says that it is audited, shows the number for half a minute and forgets it. */
export function RevealButton({ record }: { readonly record: RecordDto }) {
  const t = useWords();
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button size="small" aria-label={t('reveal.of', { card: record.cardMasked })} onClick={() => setOpen(true)}>
        {t('reveal.look')}
      </Button>
      {isOpen && <RevealDialog record={record} close={() => setOpen(false)} />}
    </>
  );
}

function RevealDialog({ record, close }: { readonly record: RecordDto; readonly close: () => void }) {
  const t = useWords();
  const { client } = useConsole();
  const [purpose, setPurpose] = useState('');
  const given = purpose.trim();
  const reveal = useMutation({
    mutationFn: () => client.fetch('revealRecord', { params: { id: record.id }, body: { purpose: given } }),
    // the cache of what was done is no place for a card number
    gcTime: 0,
  });
  const shown = reveal.data;
  return (
    <Modal
      open
      title={t('reveal.title', { card: record.cardMasked, no: record.recordNo })}
      okText={t('reveal.action')}
      cancelText={t(shown === undefined ? 'action.cancel' : 'action.close')}
      okButtonProps={{
        disabled: given.length < purposeChars.min,
        loading: reveal.isPending,
        ...(shown === undefined ? {} : { style: { display: 'none' } }),
      }}
      onOk={() => reveal.mutate()}
      onCancel={close}
    >
      {shown === undefined ? (
        <>
          <p className="audit-notice">{t('reveal.audited')}</p>
          <Form layout="vertical">
            <Form.Item label={t('reveal.purpose')} htmlFor="purpose">
              <Input.TextArea
                id="purpose"
                autoFocus
                rows={3}
                maxLength={purposeChars.max}
                placeholder={t('reveal.purposeForm')}
                value={purpose}
                onChange={(event) => setPurpose(event.target.value)}
              />
            </Form.Item>
          </Form>
          {reveal.error !== null && <FailureNote error={reveal.error} />}
        </>
      ) : (
        <Revealed revealed={shown} over={close} />
      )}
    </Modal>
  );
}

/** Counts down, then closes: what is left on a screen is read by others. */
function Revealed({ revealed, over }: { readonly revealed: RevealDto; readonly over: () => void }) {
  const t = useWords();
  const { now, after } = useConsole();
  const [since] = useState(now);
  const [ticks, setTicks] = useState(0);
  // counted in ticks and by the clock, whichever is further: a sleeping page loses ticks, a corrected clock loses seconds
  const left = Math.min(revealSeconds - ticks, secondsLeft(since, now()));
  useEffect(() => {
    if (left > 0) return after(1_000, () => setTicks(ticks + 1));
    over();
    return undefined;
  }, [left, ticks, over, after]);
  return (
    <div role="status">
      <p className="revealed-card number">{revealed.cardNo ?? t('reveal.noCard')}</p>
      <p className="meta">{t('reveal.raw')}</p>
      <p className="revealed-raw number">{revealed.rawHex}</p>
      <p className="meta">{t('reveal.left', { n: left })}</p>
    </div>
  );
}
