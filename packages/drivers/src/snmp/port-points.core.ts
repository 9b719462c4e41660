/** Points of one port. A switch has them for each of its ports; the profile names the pattern and the count, not the points. */
import type { PointMeaning } from '../profile.ts';

export const operWords = {
  '1': 'up',
  '2': 'down',
  '3': 'testing',
  '4': 'unknown',
  '5': 'dormant',
  '6': 'notPresent',
  '7': 'lowerLayerDown',
} as const;

/** RFC 3621 pethPsePortDetectionStatus. A private table may use other numbers: then the profile gives its own words. */
export const poeWords = {
  '1': 'disabled',
  '2': 'searching',
  '3': 'deliveringPower',
  '4': 'fault',
  '5': 'test',
  '6': 'otherFault',
} as const;

interface PortPoint {
  readonly zh: string;
  readonly en: string;
  readonly unit?: string;
  readonly scale?: number;
  readonly words?: Readonly<Record<string, string>>;
}

export const portPoints = {
  Oper: { zh: '状态', en: 'state', words: operWords },
  Admin: { zh: '管理状态', en: 'admin state', words: { '1': 'up', '2': 'down', '3': 'testing' } },
  Changed: { zh: '上次变化时的运行时间', en: 'uptime at last change', unit: 's', scale: 0.01 },
  Poe: { zh: '供电', en: 'PoE', words: poeWords },
  Speed: { zh: '速率', en: 'speed', unit: 'Mbit/s' },
  Duplex: { zh: '双工', en: 'duplex', words: { '1': 'unknown', '2': 'half', '3': 'full' } },
  Alias: { zh: '描述', en: 'alias' },
  Errors: { zh: '入错包', en: 'input errors', unit: '/min' },
  In: { zh: '入流量', en: 'in', unit: 'kbit/s' },
  Out: { zh: '出流量', en: 'out', unit: 'kbit/s' },
  Neighbour: { zh: '邻居', en: 'neighbour' },
  Mac: { zh: '所接设备', en: 'device' },
} as const satisfies Readonly<Record<string, PortPoint>>;
export type PortPointName = keyof typeof portPoints;

/** `port05Oper`: two digits, so that points sort as ports do. */
export const portPoint = (port: number, name: PortPointName): string => `port${String(port).padStart(2, '0')}${name}`;

/** Meanings of all points of ports 1 to `count`. */
export function portMeanings(
  count: number,
  names: readonly PortPointName[],
  words: Readonly<Record<string, string>> | undefined,
): readonly PointMeaning[] {
  return Array.from({ length: count }, (_, index) => index + 1).flatMap((port) =>
    names.map((name) => {
      const about: PortPoint = portPoints[name];
      const known = name === 'Poe' ? (words ?? about.words) : about.words;
      return {
        name: portPoint(port, name),
        label: { zh: `端口 ${port} ${about.zh}`, en: `Port ${port} ${about.en}` },
        unit: about.unit ?? '',
        scale: about.scale ?? 1,
        offset: 0,
        deadBand: 0,
        ...(known === undefined ? {} : { words: { ...known } }),
      };
    }),
  );
}
