import { describe, expect, test } from 'vitest';
import { askedMax, type Challenges, noChallenges, standingOf, welcomed } from './challenge.core.ts';

/** Hellos in order, as `instance answers` (`-`: none yet, `.`: an agent that knows no challenge), and what each is told. The nth new nonce is `n<n>`. */
function told(...hellos: readonly string[]): string[] {
  let state: Challenges = noChallenges;
  return hellos.map((line, at) => {
    const [instance = '', answers = ''] = line.split(' ');
    const hello = answers === '.' ? { instance } : { instance, answers: answers === '-' ? null : answers };
    const [next, standing] = standingOf(state, hello, `n${at + 1}`);
    state = standing.kind === 'unasked' ? welcomed(next, instance) : next;
    return standing.kind === 'ask' ? standing.nonce : standing.kind;
  });
}

describe('a process start shows that it lives', () => {
  test.each([
    ['it is asked once and answers', ['a -', 'a n1', 'a -'], ['n1', 'alive', 'alive']],
    ['its repeated hello does not change the nonce', ['a -', 'a -', 'a n1'], ['n1', 'n1', 'alive']],
    ['a wrong answer is none', ['a -', 'a n9'], ['n1', 'n1']],
    [
      'the hello of one that is gone is asked, and changes nothing',
      ['b -', 'b n1', 'a -', 'b -'],
      ['n1', 'alive', 'n3', 'alive'],
    ],
    [
      'an answer that was on its way when another start answered is void',
      ['a -', 'b -', 'b n2', 'a n1'],
      ['n1', 'n2', 'alive', 'n4'],
    ],
    [
      'a copy that lives answers too',
      ['a -', 'a n1', 'b -', 'b n3', 'a -', 'a n5'],
      ['n1', 'alive', 'n3', 'alive', 'n5', 'alive'],
    ],
    ['an agent that knows no challenge is asked none', ['a .', 'a .'], ['unasked', 'unasked']],
    ['after it whoever answered before is asked anew', ['b -', 'b n1', 'a .', 'b -'], ['n1', 'alive', 'unasked', 'n4']],
  ])('%s', (_what, hellos, answers) => {
    expect(told(...hellos)).toEqual(answers);
  });

  test('so many starts are asked at a time; one more, and the first of them is forgotten', () => {
    const dead = Array.from({ length: askedMax - 1 }, (_, at) => `dead${at} -`);
    expect(told('a -', ...dead, 'a n1').at(-1)).toBe('alive');
    expect(told('a -', ...dead, 'one-more -', 'a n1').at(-1)).toBe(`n${askedMax + 2}`);
  });
});
