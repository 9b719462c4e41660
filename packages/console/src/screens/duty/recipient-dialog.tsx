import type { RecipientDto } from '@cardwatch/contracts/api';
import { Form, Input, Modal, Select } from 'antd';
import { useState } from 'react';
import { dutyKeys } from '../../api/duty-queries.ts';
import { useConsole } from '../../console.tsx';
import { FailureNote } from '../../frame/failure.tsx';
import { useWords } from '../../words/words.tsx';
import { useAct } from '../use-act.ts';
import { channels } from './duty.core.ts';

type Channel = RecipientDto['addresses'][number]['channel'];

interface Fields {
  readonly recipientId: string;
  readonly displayName: string;
  readonly kind: RecipientDto['kind'];
  readonly user?: string;
  readonly language: RecipientDto['language'];
  readonly channels: readonly Channel[];
  readonly reason: string;
}

/** Addresses are written here and never shown again: an empty field keeps the one that is there. */
export function RecipientDialog({
  recipient,
  close,
}: {
  readonly recipient: RecipientDto | undefined;
  readonly close: () => void;
}) {
  const t = useWords();
  const { client } = useConsole();
  const [form] = Form.useForm<Fields>();
  const [addresses, setAddresses] = useState<Partial<Record<Channel, string>>>({});
  const chosen = Form.useWatch('channels', form) ?? [];
  const maskedOf = (channel: Channel): string | undefined => recipient?.addresses.find((one) => one.channel === channel)?.masked;
  const save = useAct({
    act: (fields: Fields, idempotencyKey) =>
      client.fetch('saveRecipient', {
        body: {
          recipientId: fields.recipientId,
          displayName: fields.displayName.trim(),
          kind: fields.kind,
          user: fields.user === undefined || fields.user.trim() === '' ? null : fields.user.trim(),
          language: fields.language,
          addresses: fields.channels.map((channel) => ({ channel, address: addresses[channel]?.trim() || null })),
          reason: fields.reason.trim(),
          idempotencyKey,
        },
      }),
    changes: [dutyKeys.duty],
    said: t('recipient.saved'),
    after: close,
  });
  const required = [{ required: true, whitespace: true, message: t('form.required') }];
  return (
    <Modal
      open
      title={recipient === undefined ? t('recipient.add') : t('recipient.editTitle', { name: recipient.displayName })}
      okText={t('rule.save')}
      cancelText={t('action.cancel')}
      okButtonProps={{ loading: save.isPending }}
      onOk={() => form.submit()}
      onCancel={close}
    >
      <Form<Fields>
        form={form}
        layout="vertical"
        requiredMark={false}
        className="two-columns"
        initialValues={{
          kind: recipient?.kind ?? 'person',
          language: recipient?.language ?? 'zh',
          channels: recipient?.addresses.map(({ channel }) => channel) ?? [],
          ...(recipient === undefined
            ? {}
            : { recipientId: recipient.recipientId, displayName: recipient.displayName, user: recipient.user ?? '' }),
        }}
        onFinish={(fields) => save.mutate(fields)}
      >
        <Form.Item name="displayName" label={t('recipient.name')} rules={required}>
          <Input maxLength={64} />
        </Form.Item>
        <Form.Item
          name="recipientId"
          label={t('recipient.id')}
          rules={[{ required: true, pattern: /^[a-z][a-z0-9._-]{1,31}$/, message: t('person.nameRule') }]}
        >
          <Input maxLength={32} disabled={recipient !== undefined} />
        </Form.Item>
        <Form.Item name="kind" label={t('recipient.kind')}>
          <Select options={(['person', 'robot'] as const).map((value) => ({ value, label: t(`recipient.kind.${value}`) }))} />
        </Form.Item>
        <Form.Item name="language" label={t('recipient.language')}>
          <Select options={(['zh', 'en'] as const).map((value) => ({ value, label: t(`recipient.language.${value}`) }))} />
        </Form.Item>
        <Form.Item name="user" label={t('recipient.user')}>
          <Input maxLength={64} />
        </Form.Item>
        <Form.Item name="channels" label={t('policy.channels')}>
          <Select mode="multiple" options={channels.map((value) => ({ value, label: t(`channel.${value}`) }))} />
        </Form.Item>
        {chosen.map((channel) => (
          <Form.Item
            key={channel}
            label={t('recipient.addressOf', { channel: t(`channel.${channel}`) })}
            htmlFor={`address-${channel}`}
          >
            <Input
              id={`address-${channel}`}
              maxLength={400}
              autoComplete="off"
              placeholder={maskedOf(channel) ?? ''}
              value={addresses[channel] ?? ''}
              onChange={(event) => setAddresses({ ...addresses, [channel]: event.target.value })}
            />
          </Form.Item>
        ))}
        <Form.Item name="reason" label={t('form.reason')} rules={required}>
          <Input maxLength={200} />
        </Form.Item>
      </Form>
      {save.error !== null && <FailureNote error={save.error} />}
    </Modal>
  );
}
