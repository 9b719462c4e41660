import type { Role } from '@cardwatch/contracts/api';
import { roleNames } from '@cardwatch/contracts/permissions';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Button, Form, Modal, Select } from 'antd';
import { keys } from '../../api/keys.ts';
import { useConsole } from '../../console.tsx';
import { FailureNote } from '../../frame/failure.tsx';
import { useWords } from '../../words/words.tsx';
import { PersonFields, type PersonForm } from '../entry/person-fields.tsx';

interface Fields extends PersonForm {
  readonly role: Role;
}

export function AddPersonDialog({ close }: { readonly close: () => void }) {
  const t = useWords();
  const { client } = useConsole();
  const cache = useQueryClient();
  const add = useMutation({
    mutationFn: ({ name, displayName, role, password }: Fields) =>
      client.fetch('addUser', { body: { name, displayName, role, password } }),
    onSuccess: async () => {
      await cache.invalidateQueries({ queryKey: keys.users });
      close();
    },
  });
  return (
    <Modal open title={t('people.add')} footer={null} onCancel={close}>
      <Form
        layout="vertical"
        requiredMark={false}
        initialValues={{ role: 'duty' }}
        onFinish={(fields: Fields) => add.mutate(fields)}
      >
        <Form.Item name="role" label={t('person.role')}>
          <Select
            options={roleNames.map((role) => ({ value: role, label: `${t(`role.${role}`)} · ${t(`role.may.${role}`)}` }))}
          />
        </Form.Item>
        <PersonFields />
        {add.error !== null && <FailureNote error={add.error} />}
        <Button type="primary" htmlType="submit" loading={add.isPending}>
          {t('people.add')}
        </Button>
      </Form>
    </Modal>
  );
}
