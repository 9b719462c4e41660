import type { IncidentDto } from '@cardwatch/contracts/api';
import { type UseMutationResult, useMutation, useQueryClient } from '@tanstack/react-query';
import { Form, Modal } from 'antd';
import { type ReactNode, useState } from 'react';
import { incidentKeys } from '../../api/incidents-queries.ts';
import { useConsole } from '../../console.tsx';
import { FailureNote } from '../../frame/failure.tsx';
import { useWords } from '../../words/words.tsx';

type Send = (idempotencyKey: string) => Promise<IncidentDto>;
export type IncidentAct = UseMutationResult<IncidentDto, Error, Send>;

/** One order on incidents: its key is made with the dialog, so that pressing twice is one order. */
export function useIncidentAct(done: (incident: IncidentDto) => void): IncidentAct {
  const { newId } = useConsole();
  const cache = useQueryClient();
  const [key] = useState(newId);
  return useMutation({
    mutationFn: (send: Send) => send(key),
    onSuccess: async (incident) => {
      const touched = [incidentKeys.all, ['incident'], ['incidentClocks'], ['incidentGuide'], incidentKeys.watchList];
      await Promise.all(touched.map((queryKey) => cache.invalidateQueries({ queryKey })));
      done(incident);
    },
  });
}

interface ActDialogProps {
  /** Names the object. */
  readonly title: string;
  /** Says the effect. */
  readonly text?: string;
  readonly action: string;
  readonly ready: boolean;
  readonly act: Pick<IncidentAct, 'isPending' | 'error'>;
  readonly submit: () => void;
  readonly close: () => void;
  readonly wide?: boolean;
  readonly children?: ReactNode;
}

/** The frame of every act: what it does, its fields, why it failed. */
export function ActDialog({ title, text, action, ready, act, submit, close, wide, children }: ActDialogProps) {
  const t = useWords();
  return (
    <Modal
      open
      width={wide === true ? 720 : 520}
      title={title}
      okText={action}
      cancelText={t('action.cancel')}
      okButtonProps={{ disabled: !ready, loading: act.isPending }}
      onOk={submit}
      onCancel={close}
    >
      {text !== undefined && <p className="act-text">{text}</p>}
      <Form layout="vertical">{children}</Form>
      {act.error !== null && <FailureNote error={act.error} />}
    </Modal>
  );
}
