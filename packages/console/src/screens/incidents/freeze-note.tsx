import type { ApprovalDto, IncidentDto } from '@cardwatch/contracts/api';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useState } from 'react';
import { useConsole, useNow } from '../../console.tsx';
import { minuteTime, shortTime } from '../../format/time.ts';
import { useMay } from '../../frame/use-session.ts';
import { useWords } from '../../words/words.tsx';
import { ActDialog } from './act-dialog.tsx';
import { ChoiceField, TextField } from './fields.tsx';
import { freezesOver } from './freeze.core.ts';

/** 封网: while an important event freezes these places, an operation needs two others, or this incident's number at level 1. */
export function FreezeNote({ incident }: { readonly incident: IncidentDto }) {
  const t = useWords();
  const { queries } = useConsole();
  const now = useNow(30_000);
  const mayReview = useMay('incidents:review');
  const [approving, setApproving] = useState(false);
  const events = useQuery(queries.incidentWindows()).data?.importantEvents ?? [];
  const [freeze] = freezesOver(events, incident.scope?.areas ?? [], now);
  if (freeze === undefined) return null;
  return (
    <p className="freeze tone-level2" role="status">
      <span>{t('incident.frozen', { name: freeze.name, until: shortTime(freeze.to, now) })}</span>
      {mayReview && (incident.scope?.devices.length ?? 0) > 0 && (
        <Button size="small" onClick={() => setApproving(true)}>
          {t('incident.approve')}
        </Button>
      )}
      {approving && <ApproveDialog incident={incident} close={() => setApproving(false)} />}
    </p>
  );
}

const reasonChars = 200;

function ApproveDialog({ incident, close }: { readonly incident: IncidentDto; readonly close: () => void }) {
  const t = useWords();
  const { client, newId } = useConsole();
  const [idempotencyKey] = useState(newId);
  const devices = incident.scope?.devices ?? [];
  const [deviceId, setDeviceId] = useState(devices.length === 1 ? devices[0] : undefined);
  const [reason, setReason] = useState('');
  const [given, setGiven] = useState<ApprovalDto>();
  const approve = useMutation({
    mutationFn: (device: string) =>
      client.fetch('approveChange', { params: { deviceId: device }, body: { reason: reason.trim(), idempotencyKey } }),
    onSuccess: setGiven,
  });
  if (given !== undefined)
    return (
      <ActDialog
        title={t('incident.approved', { device: given.deviceId })}
        text={t('incident.approvedText', { n: given.approvals, needed: given.needed, until: minuteTime(given.until) })}
        action={t('action.close')}
        ready
        act={approve}
        submit={close}
        close={close}
      />
    );
  return (
    <ActDialog
      title={t('incident.approveTitle', { number: incident.number })}
      text={t('incident.approveText')}
      action={t('incident.approve')}
      ready={deviceId !== undefined && reason.trim() !== ''}
      act={approve}
      submit={() => deviceId !== undefined && approve.mutate(deviceId)}
      close={close}
    >
      <ChoiceField
        id="device"
        label={t('column.device')}
        value={deviceId}
        options={devices.map((value) => ({ value, label: value }))}
        change={setDeviceId}
      />
      <TextField id="reason" label={t('form.reason')} value={reason} change={setReason} max={reasonChars} rows={2} />
    </ActDialog>
  );
}
