/** Words on a fishbone 鱼骨图. */
import type { FishboneWords } from '../../core/incident/fishbone.core.ts';

export const boneWords: Readonly<Record<'zh' | 'en', FishboneWords>> = {
  zh: {
    categories: { people: '人', machine: '机', material: '料', method: '法', environment: '环', measurement: '测' },
    more: (count) => `另有 ${count} 条`,
  },
  en: {
    categories: {
      people: 'People',
      machine: 'Machine',
      material: 'Material',
      method: 'Method',
      environment: 'Environment',
      measurement: 'Measurement',
    },
    more: (count) => `${count} more`,
  },
};
