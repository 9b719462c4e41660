import { Button } from 'antd';
import { useState } from 'react';
import { useMay } from '../../frame/use-session.ts';
import { useWords } from '../../words/words.tsx';
import { WindowDialog, type WindowKind } from './window-dialog.tsx';

/** Add an important event, a maintenance window or a silence. */
export function AddButtons() {
  const t = useWords();
  const may = useMay('windows:edit');
  const [adding, setAdding] = useState<WindowKind>();
  if (!may) return null;
  return (
    <>
      {(['event', 'window', 'silence'] as const).map((kind) => (
        <Button key={kind} size="small" onClick={() => setAdding(kind)}>
          {t(`calendar.add.${kind}`)}
        </Button>
      ))}
      {adding !== undefined && <WindowDialog kind={adding} close={() => setAdding(undefined)} />}
    </>
  );
}
