/** The walls of the house. Each rule says why, names the door to use instead, and asserts that it visited files at all. */
import { describe, expect, test } from 'vitest';
import { codeOf, importsOf, isTest, type Source, sources } from './sources.ts';

/** Which workspace packages a package may import. An arrow that is missing here is a design change, not a slip. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  kernel: [],
  contracts: ['kernel'],
  drivers: ['kernel', 'contracts'],
  agent: ['kernel', 'contracts', 'drivers', 'firmware-protocols'],
  collector: ['kernel', 'contracts', 'firmware-protocols'],
  console: ['kernel', 'contracts'],
  simulators: ['kernel', 'contracts'],
};

const packageOf = (source: Source): string | undefined => /^packages\/([a-z]+)\//.exec(source.path)?.[1];
const production = sources.filter((source) => packageOf(source) !== undefined && !isTest(source));
const isPure = (source: Source): boolean =>
  /\.(core|step)\.tsx?$/.test(source.path) ||
  source.path.startsWith('packages/kernel/src/') ||
  source.path.startsWith('packages/collector/src/core/');

/** Fails with every offending line, and when the rule found nothing to look at. */
function rule(files: readonly Source[], atLeast: number, offences: (source: Source) => readonly string[]): void {
  expect(files.length).toBeGreaterThanOrEqual(atLeast);
  expect(files.flatMap((source) => offences(source).map((what) => `${source.path}: ${what}`))).toEqual([]);
}

describe('walls', () => {
  test('packages import only along the arrows of the house plan', () => {
    rule(production, 50, (source) => {
      const own = packageOf(source) ?? '';
      return importsOf(source)
        .map((specifier) => /^@cardwatch\/([a-z-]+)/.exec(specifier)?.[1])
        .filter((name): name is string => name !== undefined && !(allowed[own] ?? []).includes(name))
        .map((name) => `imports @cardwatch/${name}; ${own} may import ${(allowed[own] ?? []).join(', ') || 'nothing'}`);
    });
  });

  test('no package reaches into another by a relative path: use its exports', () => {
    rule(production, 50, (source) => {
      const depth = source.path.split('/').length - 3;
      return importsOf(source).filter((specifier) => (specifier.match(/\.\.\//g) ?? []).length > depth);
    });
  });

  test('nobody imports test/', () => {
    rule(production, 50, (source) =>
      importsOf(source).filter((specifier) => /(^|\/)test\//.test(specifier) || specifier === '@cardwatch/test'),
    );
  });

  test('cores, steps and the kernel are pure: time, randomness and I/O come in as arguments', () => {
    const pure = production.filter(isPure);
    rule(pure, 15, (source) => {
      const code = codeOf(source);
      const banned: readonly (readonly [RegExp, string])[] = [
        [/\basync\b|\bawait\b/, 'is asynchronous; return an effect and let the runner act'],
        [/\bDate\b/, 'uses Date; take `now: EpochMs`'],
        [/Math\.random/, 'uses Math.random; take a Random'],
        [/\bset(Timeout|Interval|Immediate)\b/, 'uses a timer; take a Clock or return a wake-up'],
        [/\bprocess\./, 'uses process; take what is needed as an argument'],
        [/\bconsole\./, 'logs; return a reason'],
      ];
      const found = banned.filter(([pattern]) => pattern.test(code)).map(([, why]) => why);
      const nodeImports = importsOf(source).filter((specifier) => specifier.startsWith('node:'));
      return [...found, ...nodeImports.map((specifier) => `imports ${specifier}; take it as a port`)];
    });
  });

  test('contracts and kernel stay browser-safe: the console imports them', () => {
    const safe = production.filter((source) => ['kernel', 'contracts'].includes(packageOf(source) ?? ''));
    rule(safe, 15, (source) => importsOf(source).filter((specifier) => specifier.startsWith('node:')));
  });

  test('only shell/ reads the real clock, real randomness and real timers', () => {
    const outside = production.filter((source) => !source.path.includes('/shell/') && packageOf(source) !== 'console');
    rule(outside, 50, (source) => {
      const code = codeOf(source);
      return [/Date\.now\(/, /new Date\(\)/, /Math\.random/, /\bset(Timeout|Interval)\(/]
        .filter((pattern) => pattern.test(code))
        .map((pattern) => `${pattern.source}: take Clock or Random from wiring`);
    });
  });

  test('the API calls services, never the store', () => {
    const api = production.filter((source) => source.path.startsWith('packages/collector/src/api/'));
    rule(api, 3, (source) => importsOf(source).filter((specifier) => specifier.includes('/store/')));
  });

  test('one file of the agent and one folder of the collector know an MQTT library', () => {
    const mqtt = /^(mqtt|mqtt-packet|aedes|aedes-.*)(\/|$)/;
    const importers = production.filter((source) => importsOf(source).some((specifier) => mqtt.test(specifier)));
    expect(importers.length).toBeGreaterThan(0);
    const inAgent = importers.filter((source) => packageOf(source) === 'agent');
    const inCollector = new Set(
      importers.filter((source) => packageOf(source) === 'collector').map((source) => source.path.split('/')[3]),
    );
    const elsewhere = importers.filter((source) => !['agent', 'collector'].includes(packageOf(source) ?? ''));
    expect(inAgent.map((source) => source.path)).toHaveLength(1);
    expect([...inCollector]).toHaveLength(1);
    expect(elsewhere.map((source) => source.path)).toEqual([]);
  });

  test('drivers know neither MQTT nor disk nor database', () => {
    const drivers = production.filter((source) => packageOf(source) === 'drivers' && !source.path.includes('/shell/'));
    rule(drivers, 8, (source) =>
      importsOf(source).filter(
        (specifier) => /^(mqtt|aedes|node:(fs|net|sqlite|child_process))/.test(specifier) && !source.path.endsWith('/load.ts'),
      ),
    );
  });

  test('TLS verification has no off switch', () => {
    rule(sources, 100, (source) =>
      /rejectUnauthorized\s*:\s*false|NODE_TLS_REJECT_UNAUTHORIZED\s*=/.test(codeOf(source)) ? ['switches verification off'] : [],
    );
  });
});

describe('style', () => {
  test('no any, no default export, no enum, no namespace, no catch-all room', () => {
    const named = production.filter((source) => !source.path.endsWith('vite.config.ts'));
    rule(named, 50, (source) => {
      const code = codeOf(source);
      const offences: string[] = [];
      if (/:\s*any\b|\bas any\b|<any>/.test(code)) offences.push('any: use unknown and narrow');
      if (/^export default\b/m.test(code)) offences.push('default export: name it');
      if (/^\s*(export )?(const )?enum\b/m.test(code)) offences.push('enum: use a union of strings');
      if (/^\s*(export )?namespace\b/m.test(code)) offences.push('namespace: use a module');
      if (/\/(utils?|helpers?|common|misc|manager)(\.tsx?$|\/)/.test(source.path))
        offences.push('name the room after what is in it');
      return offences;
    });
  });

  test('no file over 400 lines', () => {
    const counted = production.filter((source) => !/migrations|\/words\//.test(source.path));
    rule(counted, 50, (source) =>
      source.lines.length > 400 ? [`${source.lines.length} lines: split it by what it is about`] : [],
    );
  });

  test('no leftovers', () => {
    rule(
      sources.filter((source) => !source.path.startsWith('test/walls/')),
      100,
      (source) =>
        (source.text.match(/\b(TODO|FIXME|XXX|not implemented)\b|\.(only|skip|todo)\(/g) ?? []).filter(
          (word) => !word.startsWith('.skip'),
        ),
    );
  });

  test('file names are kebab-case with a role', () => {
    rule(sources, 100, (source) => {
      const name = source.path.split('/').at(-1) ?? '';
      return /^[a-z0-9]+(-[a-z0-9]+)*(\.(core|step|test|config|d))*\.tsx?$/.test(name) ? [] : [`${name} is not kebab-case`];
    });
  });
});
