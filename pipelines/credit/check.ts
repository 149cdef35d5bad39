/** What a set of indicators must be: each counts something of its party, and nothing is counted twice. */
import { AppError } from '../../domain/errors.ts';
import type { AlertRule } from '../alerts/rule.ts';
import { EVENTS, type EventName, type Indicator, OTHER_CASES, type Party } from './definitions.ts';

/**
 * Whose credit a decided case can cost, by what the rule is about: a household's, that of the enterprise that runs or builds, or of the supplier.
 * The first is whose it costs where no indicator names the rule.
 */
const PARTIES_OF: Readonly<Record<string, readonly Party[]>> = {
  household: ['tenant'],
  contract: ['tenant', 'enterprise'],
  dwelling: ['tenant', 'enterprise'],
  project: ['enterprise'],
  enterprise: ['enterprise'],
  supplier: ['supplier'],
  product: ['supplier'],
  breach_report: ['tenant'],
};
export const partiesOf = ({ subject }: Pick<AlertRule, 'subject'>): readonly Party[] =>
  PARTIES_OF[subject] ?? [];

const isEvent = (event: string): event is EventName => Object.hasOwn(EVENTS, event);

/** @throws AppError `bad_request` that names indicator and field; a name stands once in `indicators` */
export function checkIndicators(indicators: readonly Indicator[], rules: readonly AlertRule[]): void {
  const counted = new Map<string, Indicator>();
  const called = new Map<string, Indicator>();
  for (const one of indicators) {
    const twin = called.get(one.zh);
    if (twin) refuse(one, 'zh', `${twin.indicator} is called ${one.zh} already`);
    called.set(one.zh, one);
    for (const event of one.of) {
      checkEvent(one, event, rules);
      const key = `${one.party} ${event}`;
      const other = counted.get(key);
      if (other)
        refuse(
          one,
          'of',
          `${event} counts in ${other.indicator} already; nothing costs a party points twice`,
        );
      counted.set(key, one);
    }
  }
}

function checkEvent(one: Indicator, event: string, rules: readonly AlertRule[]): void {
  if (isEvent(event)) {
    if (EVENTS[event] !== one.party) refuse(one, 'of', `${event} happens to the ${EVENTS[event]}`);
    if (one.points === 'rule') refuse(one, 'points', `${event} is no case: give its points`);
    return;
  }
  if (event === OTHER_CASES) {
    if (one.points !== 'rule') refuse(one, 'points', 'cases of rules nobody names cost what the rule says');
    return;
  }
  const name = event.slice('case:'.length);
  const rule = rules.find((each) => each.rule === name);
  if (!rule) return refuse(one, 'of', `there is no rule ${name}`);
  if (!partiesOf(rule).includes(one.party))
    refuse(one, 'of', `a case of ${name} is about a ${rule.subject}: no ${one.party} is behind it`);
  if (one.points === 'rule' && rule.credit_points === 0)
    refuse(one, 'points', `rule ${name} costs no points`);
}

function refuse({ indicator }: Indicator, field: string, why: string): never {
  throw new AppError('bad_request', `${indicator}: ${why}.`, {
    where: { field: `indicator.${field}`, indicator },
  });
}
