import type { RegisterPreviewDto } from '@cardwatch/contracts/api';
import { useMutation } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { Button } from 'antd';
import { type DragEvent, useState } from 'react';
import { useConsole } from '../../console.tsx';
import { FailureNote } from '../../frame/failure.tsx';
import { useWords } from '../../words/words.tsx';
import { ReasonDialog } from '../reason-dialog.tsx';
import { ImportPreview } from './import-preview.tsx';
import { useChange } from './use-change.ts';

const route = getRouteApi('/app/register');

/** Spreadsheets are sent as what they are; a browser that knows no type for `.csv` says nothing. */
const typed = (file: File): Blob =>
  /\.xlsx$/i.test(file.name)
    ? file.slice(0, file.size, 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet')
    : file.slice(0, file.size, 'text/csv');

/** A file is looked at first: every wrong cell, everything that it would change; then it is imported, all of it or nothing. */
export function ImportFile() {
  const t = useWords();
  const { client } = useConsole();
  const navigate = route.useNavigate();
  const [name, setName] = useState('');
  const [asking, setAsking] = useState(false);
  const look = useMutation({
    mutationFn: (file: File) => client.fetch('previewRegister', { file: typed(file) }),
  });
  const take = (file: File | undefined): void => {
    if (file === undefined) return;
    setName(file.name);
    look.mutate(file);
  };
  return (
    <div className="import">
      <DropField take={take} />
      {look.isPending && <p>{t('import.looking', { name })}</p>}
      {look.error !== null && <FailureNote error={look.error} />}
      {look.data !== undefined && !look.isPending && (
        <>
          <div className="title-line">
            <h2>{name}</h2>
            <span className="push" />
            <Button
              type="primary"
              disabled={look.data.previewId === null || look.data.changeCount === 0}
              onClick={() => setAsking(true)}
            >
              {t('import.commit')}
            </Button>
          </div>
          <ImportPreview preview={look.data} />
        </>
      )}
      {asking && look.data !== undefined && look.data.previewId !== null && (
        <CommitDialog
          preview={look.data}
          previewId={look.data.previewId}
          close={() => setAsking(false)}
          done={(importId) => void navigate({ search: { tab: 'changes', importId } })}
        />
      )}
    </div>
  );
}

function DropField({ take }: { readonly take: (file: File | undefined) => void }) {
  const t = useWords();
  const [isOver, setOver] = useState(false);
  const drop = (event: DragEvent): void => {
    event.preventDefault();
    setOver(false);
    take(event.dataTransfer.files[0]);
  };
  return (
    <label
      className={isOver ? 'drop over' : 'drop'}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <span>{t('import.drop')}</span>
      <span className="meta">{t('import.limits')}</span>
      <input
        type="file"
        className="hidden"
        accept=".csv,.xlsx"
        aria-label={t('import.choose')}
        onChange={(event) => {
          take(event.target.files?.[0]);
          event.target.value = '';
        }}
      />
    </label>
  );
}

interface CommitDialogProps {
  readonly preview: RegisterPreviewDto;
  readonly previewId: string;
  readonly close: () => void;
  readonly done: (importId: string) => void;
}

function CommitDialog({ preview: { counts, backdated }, previewId, close, done }: CommitDialogProps) {
  const t = useWords();
  const change = useChange<'importRegister'>(
    (client, acting) => client.fetch('importRegister', { body: { previewId, ...acting } }),
    ({ importId }) => done(importId),
  );
  return (
    <ReasonDialog
      title={t('import.commitTitle')}
      text={`${t('import.commitText', counts)}${backdated > 0 ? t('import.backdatedText', { n: backdated }) : ''}`}
      action={t('import.commit')}
      pending={change.isPending}
      error={change.error}
      submit={(reason) => change.mutate(reason)}
      close={close}
    />
  );
}
