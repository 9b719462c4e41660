import { Modal } from 'antd';
import { useState } from 'react';
import { useKeyHelp, useKeys } from '../grid/use-keys.ts';
import { useWords } from '../words/words.tsx';

/** `?` tells which single keys this screen knows. */
export function KeyHelp() {
  const t = useWords();
  const helps = useKeyHelp();
  const [open, setOpen] = useState(false);
  useKeys({ '?': { word: 'keys.help', act: () => setOpen(true) } });
  return (
    <Modal open={open} title={t('keys.title')} footer={null} onCancel={() => setOpen(false)}>
      <dl className="keys">
        {helps.map(({ key, word }) => (
          <div key={`${key} ${word}`}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{t(word)}</dd>
          </div>
        ))}
      </dl>
    </Modal>
  );
}
