import type { ReactNode } from 'react';
import { measured } from '../../format/size.ts';
import { fullTime, type Language } from '../../format/time.ts';
import { none } from '../../grid/cells.tsx';
import { Glyph } from '../../marks/mark.tsx';
import type { Shape, Tone } from '../../marks/states.ts';
import { sayIn } from '../../words/say.ts';
import { useLanguage } from '../../words/words.tsx';
import { type Port, type PortColumn, type PortState, portState } from './ports.core.ts';
import { readingText } from './reading-text.ts';

const marks: Readonly<Record<PortState, { readonly shape: Shape; readonly tone: Tone }>> = {
  up: { shape: 'dot', tone: 'normal' },
  down: { shape: 'hollow', tone: 'unknown' },
  off: { shape: 'bar', tone: 'unknown' },
  unknown: { shape: 'hollow', tone: 'unknown' },
};

/** Ports of a switch, one a row. */
export function PortTable({ ports }: { readonly ports: readonly Port[] }) {
  const { say: t } = useLanguage();
  const withAlias = ports.some((port) => textOf(port, 'Alias') !== '');
  const up = ports.filter((port) => portState(port) === 'up').length;
  return (
    <table className="plain ports">
      <caption>{t('ports.caption', { n: ports.length, up })}</caption>
      <thead>
        <tr>
          <th className="end">{t('ports.no')}</th>
          <th>{t('column.state')}</th>
          <th className="end">{t('ports.speed')}</th>
          <th className="end">{t('ports.in')}</th>
          <th className="end">{t('ports.out')}</th>
          <th className="end">{t('ports.errors')}</th>
          <th>{t('ports.poe')}</th>
          <th>{t('ports.neighbour')}</th>
          <th>{t('ports.mac')}</th>
          {withAlias && <th>{t('ports.alias')}</th>}
        </tr>
      </thead>
      <tbody>
        {ports.map((port) => (
          <PortRow key={port.no} port={port} withAlias={withAlias} />
        ))}
      </tbody>
    </table>
  );
}

function PortRow({ port, withAlias }: { readonly port: Port; readonly withAlias: boolean }) {
  const { say: t, language } = useLanguage();
  const state = portState(port);
  return (
    <tr className={state === 'up' ? '' : 'quiet-row'} title={fullTime(port.observedAt, language)}>
      <th scope="row" className="end number">
        {port.no}
      </th>
      <td>
        <span className="mark">
          <Glyph {...marks[state]} />
          {t(`ports.state.${state}`)}
        </span>
      </td>
      <td className="end number">{state === 'down' || state === 'off' ? none : speedCell(port, language)}</td>
      <td className="end number">{rateCell(port, 'In')}</td>
      <td className="end number">{rateCell(port, 'Out')}</td>
      <td className="end number">{errorsCell(port)}</td>
      <td>{poeCell(port, language)}</td>
      <td className="text-cell">{textOf(port, 'Neighbour') || none}</td>
      <td className="number">{macCell(port, language)}</td>
      {withAlias && <td className="text-cell">{textOf(port, 'Alias') || none}</td>}
    </tr>
  );
}

const numberOf = (port: Port, column: PortColumn): number | undefined => {
  const value = port.readings.get(column)?.value;
  return typeof value === 'number' ? value : undefined;
};

const textOf = (port: Port, column: PortColumn): string => {
  const value = port.readings.get(column)?.value;
  return typeof value === 'string' ? value : '';
};

/** Half duplex on a wire of today is a fault of its own: it is said. */
function speedCell(port: Port, language: Language): ReactNode {
  const mbit = numberOf(port, 'Speed');
  if (mbit === undefined) return none;
  const isHalf = textOf(port, 'Duplex') === 'half';
  const half = isHalf ? <span className="tone-level2"> {sayIn(language)('ports.half')}</span> : '';
  return (
    <>
      {mbit >= 1_000 ? `${measured(mbit / 1_000)} Gbit/s` : `${measured(mbit)} Mbit/s`}
      {half}
    </>
  );
}

/** kbit/s as it is sent; a port without traffic stays quiet. */
function rateCell(port: Port, column: 'In' | 'Out'): ReactNode {
  const kbit = numberOf(port, column);
  if (kbit === undefined) return none;
  if (kbit === 0) return <span className="meta">0</span>;
  return kbit >= 1_000 ? `${measured(kbit / 1_000)} Mbit/s` : `${measured(kbit)} kbit/s`;
}

function errorsCell(port: Port): ReactNode {
  const aMinute = numberOf(port, 'Errors');
  if (aMinute === undefined) return none;
  return <span className={aMinute > 0 ? 'tone-level2' : 'meta'}>{measured(aMinute)}</span>;
}

function poeCell(port: Port, language: Language): ReactNode {
  const reading = port.readings.get('Poe');
  if (reading === undefined) return none;
  const { value } = readingText(reading, language);
  if (reading.value === 'deliveringPower') return value;
  const isFault = reading.value === 'fault' || reading.value === 'otherFault';
  return <span className={isFault ? 'tone-level1' : 'meta'}>{value}</span>;
}

const several = /^(\d+) devices$/;

/** The one station behind the port, or how many there are. */
function macCell(port: Port, language: Language): ReactNode {
  const mac = textOf(port, 'Mac');
  if (mac === '') return none;
  const [, n] = several.exec(mac) ?? [];
  return n === undefined ? mac : sayIn(language)('ports.stations', { n: Number(n) });
}
