import { Modal } from 'antd';
import { useKeyHelp } from '../grid/use-keys.ts';
import { useWords } from '../words/words.tsx';

export function KeyList({ close }: { readonly close: () => void }) {
  const t = useWords();
  const helps = useKeyHelp();
  return (
    <Modal open title={t('keys.title')} footer={null} onCancel={close}>
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
