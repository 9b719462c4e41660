/** Who hears of an alarm, by which channel, and why. The same function routes for real and answers "who would be told now?". */
import { findShift } from './roster.core.ts';
import type { PolicyView } from '../alarm/why.core.ts';
import { builtInPolicy } from './built-in-policies.core.ts';
import type { Alarm, ChannelKind, ImportantEvent, NoticePolicy, Recipient, Shift } from '@cardwatch/contracts/watch';
import type { EpochMs } from '@cardwatch/kernel';

/** Settings that routing reads; the latest of each, as the store gives them. */
export interface Roster {
  readonly policies: readonly NoticePolicy[];
  readonly recipients: readonly Recipient[];
  readonly shifts: readonly Shift[];
  readonly importantEvents: readonly ImportantEvent[];
}

/** What of an alarm decides where it goes. */
export type RoutedAlarm = Pick<Alarm, 'level' | 'rule' | 'area' | 'campus'>;

/** Why this person: named in the policy, on duty, on duty by an override (a swap), or deputy of a duty that nobody has. */
export type PersonWhy = 'named' | 'onDuty' | 'override' | 'deputy';

export interface Address {
  readonly channel: ChannelKind;
  readonly address: string;
}

export interface RoutedPerson {
  readonly recipient: Recipient;
  readonly why: PersonWhy;
  readonly duty: string | null;
  readonly onSite: boolean | null;
  /** In the order in which they are tried; never empty. */
  readonly channels: readonly [Address, ...Address[]];
}

/** What is wrong with the settings, for the auditor's list. */
export interface RouteFinding {
  readonly kind: 'noPolicy' | 'noShift' | 'noDeputy' | 'unknownRecipient' | 'noAddress' | 'stepReachesNobody';
  readonly what: string;
}

/** `chosen`: the most specific; the others say why they are not. */
export interface Considered {
  readonly policyId: string;
  readonly verdict: 'chosen' | 'otherLevel' | 'otherRule' | 'otherArea' | 'lessSpecific';
}

export interface RouteStep {
  readonly afterMs: number;
  readonly people: readonly RoutedPerson[];
}

export interface Route {
  readonly policy: NoticePolicy;
  readonly builtIn: boolean;
  readonly considered: readonly Considered[];
  readonly importantEvent: ImportantEvent | null;
  readonly steps: readonly RouteStep[];
  readonly findings: readonly RouteFinding[];
}

/** Chooses the policy and resolves each of its steps at `now`. Never fails: without a fitting policy the built-in one of the level holds. */
export function route(alarm: RoutedAlarm, roster: Roster, now: EpochMs): Route {
  const { policy, considered } = choosePolicy(alarm, roster.policies);
  const used = policy ?? builtInPolicy(alarm.level);
  const findings: RouteFinding[] = policy === null ? [{ kind: 'noPolicy', what: `level ${alarm.level}` }] : [];
  const steps = used.steps.map((step) => {
    const found = resolveStep({ who: step.who, policy: used, roster }, now);
    findings.push(...found.findings);
    return { afterMs: step.afterMs, people: found.people };
  });
  return { policy: used, builtIn: policy === null, considered, importantEvent: eventOf(alarm, roster, now), steps, findings };
}

/** What "why was nobody told?" asks of a route: its policy, duties that nobody has and no deputy stands in for, the pace of its digest. */
export const policyViewOf = ({ policy, findings }: Route, nextStepAt: number | null): PolicyView => ({
  policyId: policy.policyId,
  unfilled: [...new Set(findings.flatMap(({ kind, what }) => (kind === 'noDeputy' ? [what] : [])))],
  digestEveryMs: policy.digestEveryMs,
  nextStepAt,
});

export interface StepAsk {
  readonly who: readonly string[];
  readonly policy: Pick<NoticePolicy, 'channels' | 'deputy'>;
  readonly roster: Pick<Roster, 'recipients' | 'shifts'>;
}

/** People of one step, each once, with the duty resolved at `now` (a swap of shifts after the escalation began counts). */
export function resolveStep(
  ask: StepAsk,
  now: EpochMs,
): { readonly people: readonly RoutedPerson[]; readonly findings: readonly RouteFinding[] } {
  const people = new Map<string, RoutedPerson>();
  const findings: RouteFinding[] = [];
  for (const who of ask.who) {
    const found = resolveWho(who, ask, now);
    findings.push(...found.findings);
    if (found.person !== null && !people.has(found.person.recipient.recipientId))
      people.set(found.person.recipient.recipientId, found.person);
  }
  if (people.size === 0) findings.push({ kind: 'stepReachesNobody', what: ask.who.join(', ') });
  return { people: [...people.values()], findings };
}

interface FoundWho {
  readonly person: RoutedPerson | null;
  readonly findings: readonly RouteFinding[];
}

function resolveWho(who: string, ask: StepAsk, now: EpochMs): FoundWho {
  if (!who.startsWith('duty:')) return personOf(who, { why: 'named', duty: null, onSite: null }, ask);
  const duty = who.slice('duty:'.length);
  const shift = findShift(duty, ask.roster.shifts, now);
  if (shift !== null)
    return personOf(shift.recipientId, { why: shift.override ? 'override' : 'onDuty', duty, onSite: shift.onSite }, ask);
  const missing: RouteFinding = { kind: 'noShift', what: duty };
  if (ask.policy.deputy === undefined) return { person: null, findings: [missing, { kind: 'noDeputy', what: duty }] };
  const deputy = personOf(ask.policy.deputy, { why: 'deputy', duty, onSite: null }, ask);
  return { person: deputy.person, findings: [missing, ...deputy.findings] };
}

function personOf(id: string, as: Pick<RoutedPerson, 'why' | 'duty' | 'onSite'>, ask: StepAsk): FoundWho {
  const recipient = ask.roster.recipients.find((each) => each.recipientId === id);
  if (recipient === undefined) return { person: null, findings: [{ kind: 'unknownRecipient', what: id }] };
  const channels = channelsOf(recipient, ask.policy.channels);
  const [first, ...rest] = channels;
  if (first === undefined) return { person: null, findings: [{ kind: 'noAddress', what: id }] };
  return { person: { recipient, ...as, channels: [first, ...rest] }, findings: [] };
}

/** The policy's channels in its order as far as the recipient has them; when he has none of them, whatever he has. */
export function channelsOf(recipient: Recipient, wanted: readonly ChannelKind[]): readonly Address[] {
  const fitting = wanted.flatMap((channel) => recipient.addresses.filter((each) => each.channel === channel));
  return fitting.length > 0 ? fitting : recipient.addresses;
}

function choosePolicy(
  alarm: RoutedAlarm,
  policies: readonly NoticePolicy[],
): { readonly policy: NoticePolicy | null; readonly considered: readonly Considered[] } {
  let best: { policy: NoticePolicy; weight: number } | null = null;
  for (const policy of policies) {
    if (misfit(alarm, policy) !== null) continue;
    const weight = specificity(alarm, policy);
    if (best === null || weight > best.weight) best = { policy, weight };
  }
  const chosen = best?.policy ?? null;
  const considered = policies.map((policy) => ({
    policyId: policy.policyId,
    verdict: policy === chosen ? ('chosen' as const) : (misfit(alarm, policy) ?? ('lessSpecific' as const)),
  }));
  return { policy: chosen, considered };
}

function misfit(alarm: RoutedAlarm, policy: NoticePolicy): 'otherLevel' | 'otherRule' | 'otherArea' | null {
  if (!policy.levels.includes(alarm.level)) return 'otherLevel';
  if (policy.rules.length > 0 && !policy.rules.includes(alarm.rule)) return 'otherRule';
  if (policy.areas.length > 0 && areaDepth(alarm, policy.areas) === 0) return 'otherArea';
  return null;
}

/** A policy that names the rule beats one that names the area; of two areas the narrower wins; of equals the earlier. */
const specificity = (alarm: RoutedAlarm, policy: NoticePolicy): number =>
  (policy.rules.length > 0 ? 1_000 : 0) + areaDepth(alarm, policy.areas);

/** Length of the longest of `areas` that holds the alarm's place; 0: none. */
export function areaDepth(alarm: Pick<Alarm, 'area' | 'campus'>, areas: readonly string[]): number {
  const place = alarm.area ?? alarm.campus;
  if (place === null) return 0;
  const holding = areas.filter((area) => place === area || place.startsWith(`${area}/`));
  return Math.max(0, ...holding.map((area) => area.length));
}

/** The important event that covers the alarm's place now, if any: no quiet hours, half the waiting times. */
export function eventOf(
  alarm: Pick<Alarm, 'area' | 'campus'>,
  roster: Pick<Roster, 'importantEvents'>,
  now: EpochMs,
): ImportantEvent | null {
  const running = roster.importantEvents.filter((event) => event.from <= now && now < event.to);
  return running.find((event) => event.areas.length === 0 || areaDepth(alarm, event.areas) > 0) ?? null;
}
