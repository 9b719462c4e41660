/** What must never be found outside of a device: names, full card and person numbers, pictures. Planted by the simulators, looked for here. */
import { cardOf, nameOf, personNoOf } from '@cardwatch/simulators';

export interface Finding {
  readonly place: string;
  readonly what: string;
}

export interface CanaryHunt {
  look(place: string, bytes: Buffer): void;
  readonly findings: readonly Finding[];
  readonly bytes: number;
}

const pictureHead = Buffer.from([0xff, 0xd8, 0xff, 0xe0]);

/** Canaries of this many students. Names are few, so that all of them can be looked for in every encoding that devices use. */
export function huntCanaries(students: number): CanaryHunt {
  const people = Array.from({ length: students }, (_, person) => person);
  const cards = new Set(people.map(cardOf));
  const numbers = new Set(people.map(personNoOf));
  const names = [...new Set(people.map(nameOf))];
  const findings: Finding[] = [];
  let bytes = 0;
  const found = (place: string, what: string): void => void (findings.length < 100 && findings.push({ place, what }));
  return {
    findings,
    get bytes() {
      return bytes;
    },
    look: (place, content) => {
      bytes += content.length;
      const text = content.toString('latin1');
      for (const [digits] of text.matchAll(/(?<!\d)00[0-9]{14}(?!\d)/g)) if (cards.has(digits)) found(place, `card ${digits}`);
      for (const [digits] of text.matchAll(/(?<!\d)6100\d{5}(?!\d)/g)) if (numbers.has(digits)) found(place, `person ${digits}`);
      for (const name of names) for (const form of spellings(name)) if (content.includes(form)) found(place, `name ${name}`);
      if (content.includes(pictureHead)) found(place, 'a JPEG picture');
    },
  };
}

const spelled = new Map<string, readonly Buffer[]>();

/** UTF-8, its escape in JSON, and base64 at each of the three alignments. */
function spellings(name: string): readonly Buffer[] {
  const known = spelled.get(name);
  if (known !== undefined) return known;
  const utf8 = Buffer.from(name);
  const escaped = name.replace(/[^]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
  const base64 = [0, 1, 2].map((shift) => {
    const whole = Buffer.concat([Buffer.alloc(shift), utf8])
      .toString('base64')
      .replace(/=+$/, '');
    return Buffer.from(whole.slice(shift === 0 ? 0 : shift + 1, -1));
  });
  const forms = [utf8, Buffer.from(escaped), ...base64];
  spelled.set(name, forms);
  return forms;
}
