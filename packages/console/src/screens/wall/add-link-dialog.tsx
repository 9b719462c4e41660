import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App, Button, Form, Input, InputNumber, Modal } from 'antd';
import { useConsole } from '../../console.tsx';
import { FailureNote } from '../../frame/failure.tsx';
import { useWords } from '../../words/words.tsx';

interface Fields {
  readonly label: string;
  readonly days: number;
}

const limits = { labelChars: 40, days: 366 } as const;
const usualDays = 90;

/** The link is shown once: what the collector keeps of it opens nothing. */
export function AddLinkDialog({ close }: { readonly close: () => void }) {
  const t = useWords();
  const { client } = useConsole();
  const cache = useQueryClient();
  const add = useMutation({
    mutationFn: (body: Fields) => client.fetch('addWallLink', { body }),
    onSuccess: () => cache.invalidateQueries({ queryKey: ['wallLinks'] }),
  });
  if (add.data !== undefined) return <MadeLink token={add.data.token} label={add.data.link.label} close={close} />;
  return (
    <Modal open title={t('wall.add')} footer={null} onCancel={close}>
      <p>{t('wall.addText')}</p>
      <Form
        layout="vertical"
        requiredMark={false}
        initialValues={{ days: usualDays }}
        onFinish={(fields: Fields) => add.mutate(fields)}
      >
        <Form.Item name="label" label={t('wall.label')} rules={[{ required: true, message: t('form.required') }]}>
          <Input autoFocus maxLength={limits.labelChars} placeholder={t('wall.labelSuch')} />
        </Form.Item>
        <Form.Item name="days" label={t('wall.lifeDays')} rules={[{ required: true, message: t('form.required') }]}>
          <InputNumber min={1} max={limits.days} precision={0} />
        </Form.Item>
        {add.error !== null && <FailureNote error={add.error} />}
        <Button type="primary" htmlType="submit" loading={add.isPending}>
          {t('wall.add')}
        </Button>
      </Form>
    </Modal>
  );
}

function MadeLink({ token, label, close }: { readonly token: string; readonly label: string; readonly close: () => void }) {
  const t = useWords();
  const { message } = App.useApp();
  const link = `${location.origin}/wall#${token}`;
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(link);
    await message.success(t('wall.copied'));
  };
  return (
    <Modal open title={t('wall.madeTitle', { label })} footer={null} onCancel={close}>
      <p>{t('wall.madeText')}</p>
      <Input.TextArea readOnly autoSize aria-label={t('wall.link')} value={link} onFocus={(event) => event.target.select()} />
      <Button className="wall-copy" onClick={() => void copy()}>
        {t('wall.copy')}
      </Button>
    </Modal>
  );
}
