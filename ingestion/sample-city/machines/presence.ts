/** Who is at home: what meters and doors both see. */
import { KIND, mix } from '../random.ts';
import type { World } from '../world/index.ts';
import { stayOn } from '../world/index.ts';
import type { Stay } from '../world/leases.ts';

export interface Presence {
  stay: Stay | null;
  /** People who live there that day: 0 in an empty dwelling, more than registered in a sublet one. */
  people: number;
  sublet: boolean;
}

const NOBODY: Presence = { stay: null, people: 0, sublet: false };
/** A sublet dwelling is fuller than the family that left it. */
const MORE_IN_SUBLET = 2;
const AWAY_ONE_WEEK_IN = 50;

export function presenceOn(world: World, dwelling: number, day: number): Presence {
  const stay = stayOn(world, dwelling, day);
  if (!stay) return NOBODY;
  const violation = world.byDwelling.get(dwelling);
  if (violation && violation.stay === stay && violation.since <= day) {
    if (violation.kind === 'vacant_while_let') return { stay, people: 0, sublet: false };
    if (violation.kind === 'sublet')
      return { stay, people: stay.household.members.length + MORE_IN_SUBLET, sublet: true };
  }
  return { stay, people: stay.household.members.length, sublet: false };
}

/** Travelling: the dwelling is let and lived in, but for a week nobody opens a tap or a door. */
export const isAway = (world: World, dwelling: number, day: number): boolean =>
  mix(world.size.seed, KIND.late, dwelling * 4096 + Math.floor(day / 7)) % AWAY_ONE_WEEK_IN === 0;
