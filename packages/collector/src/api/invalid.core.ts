import type { z } from 'zod';
import type { ServiceFailure } from '../services/failure.ts';

/** Their values are never repeated, not even in the refusal. */
const secretFields: ReadonlySet<string> = new Set(['password', 'current', 'code', 'card', 'purpose', 'reason', 'cursor']);
const valueCharsMax = 64;

/** The first issue of a parse as place, value and expectation. `part` is `query`, `params` or `body`. */
export function invalidOf(part: string, error: z.ZodError, input: unknown): ServiceFailure {
  const issue = error.issues[0];
  if (issue === undefined) return { kind: 'invalid', place: part, expected: '?' };
  const path = issue.path.map(String);
  const place = [part, ...path].join('.');
  const value = path.some((name) => secretFields.has(name)) ? undefined : shown(at(input, path));
  const expected = expectation(issue);
  return value === undefined ? { kind: 'invalid', place, expected } : { kind: 'invalid', place, value, expected };
}

function at(input: unknown, path: readonly string[]): unknown {
  let value = input;
  for (const name of path) value = typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
  return value;
}

function shown(value: unknown): string | undefined {
  if (value === undefined || (typeof value === 'object' && value !== null)) return undefined;
  return String(value).slice(0, valueCharsMax);
}

function expectation(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.expected;
    case 'too_small':
      return `${issue.inclusive === false ? '>' : '>='} ${issue.minimum}${issue.origin === 'string' ? ' characters' : ''}`;
    case 'too_big':
      return `${issue.inclusive === false ? '<' : '<='} ${issue.maximum}${issue.origin === 'string' ? ' characters' : ''}`;
    case 'invalid_value':
      return issue.values.map(String).join(' | ');
    case 'invalid_format':
      return issue.pattern ?? issue.format;
    case 'unrecognized_keys':
      return 'no other fields';
    default:
      return issue.code;
  }
}
