import { describe, expect, test } from 'vitest';
import { viewLimits, viewsFrom, withoutView, withView } from './views.core.ts';

const mine = { name: '食堂一级', search: '?level=1&area=x' };

describe('saved views', () => {
  test.each([undefined, '', 'no json', '{"name":"a"}', '[{"name":1,"search":""}]', `[{"name":"${'x'.repeat(41)}","search":""}]`])(
    '%j is none',
    (text) => {
      expect(viewsFrom(text)).toEqual([]);
    },
  );

  test('come back as they were kept', () => {
    expect(viewsFrom(JSON.stringify([mine]))).toEqual([mine]);
  });

  test('are one a name, and not endless', () => {
    expect(withView([mine], { ...mine, search: '' })).toEqual([{ ...mine, search: '' }]);
    const many = Array.from({ length: 40 }, (_, n) => ({ name: String(n), search: '' })).reduce<readonly (typeof mine)[]>(
      withView,
      [],
    );
    expect(many.length).toBe(viewLimits.views);
    expect(withoutView(many, '39').length).toBe(viewLimits.views - 1);
  });
});
