import { describe, expect, test } from 'vitest';
import { recordPageOf, streamEventsOf, textLimits } from './text.core.ts';

describe('records', () => {
  test.each<[string, string, string]>([
    ['none', 'found=0\r\n', '0 records'],
    ['two, LF only', 'found=2\nrecords[0].RecNo=1\nrecords[1].RecNo=2\n', '2 records'],
    ['values with signs in them', 'found=1\nrecords[0].CardName=a=b;c}"\n', '1 records'],
    ['cut', 'found=2\r\nrecords[0].RecNo=1\r\n', '1 records where 2 were found'],
    ['no count', 'records[0].RecNo=1\r\n', 'no found='],
    ['an error page', 'Error\r\nBad Request\r\n', 'a line that is no key=value'],
    ['empty', '', 'no found='],
    [
      'too many',
      `found=1\n${Array.from({ length: textLimits.records + 1 }, (_, index) => `records[${index}].A=1`).join('\n')}`,
      `more than ${textLimits.records} records`,
    ],
  ])('%s', (_, text, expected) => {
    const page = recordPageOf(text);
    expect(typeof page === 'string' ? page : `${page.records.length} records`).toBe(expected);
  });
});

describe('events of the stream', () => {
  const short = (text: string): string[] =>
    streamEventsOf(text).map((event) =>
      event.kind === 'event'
        ? `${event.code}/${event.action} ${JSON.stringify(event.data)}`
        : event.kind === 'unreadable'
          ? event.reason
          : event.kind,
    );

  test.each<[string, string, string[]]>([
    ['heartbeat', 'Heartbeat', ['heartbeat']],
    ['over lines', 'Code=A;action=Pulse;index=0;data={\n  "B" : 1\n}\n', ['A/Pulse {"B":1}']],
    ['signs in strings', 'Code=A;action=Pulse;index=0;data={"n":"x;}\\"{","m":{"k":2}}', ['A/Pulse {"n":"x;}\\"{","m":{"k":2}}']],
    ['two in one part', 'Code=A;action=Start;index=0;data={}\nCode=B;action=Stop;index=1', ['A/Start {}', 'B/Stop {}']],
    ['without data', 'Code=VideoMotion;action=Start;index=0', ['VideoMotion/Start {}']],
    ['cut', 'Code=A;action=Pulse;index=0;data={"n":"x', ['the data of an event is cut']],
    ['no object', 'Code=A;action=Pulse;index=0;data=[1]', ['the data of an event is cut']],
    ['bad JSON', 'Code=A;action=Pulse;index=0;data={n:1}', ['the data of an event is no JSON object']],
    ['something else', '<html>', ['neither Heartbeat nor Code=']],
    ['nothing', ' \r\n', ['an empty part']],
  ])('%s', (_, text, expected) => {
    expect(short(text)).toEqual(expected);
  });
});
