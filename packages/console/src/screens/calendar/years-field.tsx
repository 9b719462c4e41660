import { Form, Select } from 'antd';
import { useWords } from '../../words/words.tsx';

/** Years of which people say that the announced holidays stand in the calendar. */
export function YearsField({
  years,
  change,
}: {
  readonly years: readonly number[];
  readonly change: (years: readonly number[]) => void;
}) {
  const t = useWords();
  return (
    <Form.Item label={t('calendar.years')} htmlFor="holiday-years" extra={t('calendar.yearsHint')}>
      <Select
        id="holiday-years"
        mode="tags"
        open={false}
        suffixIcon={null}
        value={years.map(String)}
        onChange={(next: string[]) =>
          change([...new Set(next.map(Number))].filter((year) => Number.isInteger(year) && year >= 2_000 && year < 2_200))
        }
      />
    </Form.Item>
  );
}
