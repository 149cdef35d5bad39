/** How a supplier behaves: what is planted for the rules of alert about suppliers, what only looks so, and the usual. */
import { NEVER } from '../calendar.ts';
import type { Draw } from '../random.ts';

export type CooperationEnd = 'completed' | 'broken' | 'cancelled' | 'open' | 'intent';
export interface PlannedCooperation {
  formedOn: number;
  /** NEVER for what stayed an intent. */
  confirmedOn: number;
  dueOn: number;
  endedOn: number;
  end: CooperationEnd;
  rating: number;
}
export interface Behaviour {
  approvedOn: number;
  leftOn: number;
  blacklistedOn: number;
  isRejected: boolean;
  isWatched: boolean;
  products: { delistedOn: number; isRemoved: boolean }[];
  cooperations: PlannedCooperation[];
  /** About the first product. */
  complaints: { on: number; isConfirmed: boolean }[];
}

const DAYS_TO_CONFIRM = 6;
const DAYS_TO_DELIVER = 30;

/** Confirmed that many days ago, and ended; delivered two days before the day agreed unless `late` says otherwise. */
function ended(
  lastDay: number,
  ago: number,
  rating: number,
  end: Exclude<CooperationEnd, 'open' | 'intent'> = 'completed',
  late = -2,
): PlannedCooperation {
  const formedOn = lastDay - ago - DAYS_TO_DELIVER - DAYS_TO_CONFIRM;
  const confirmedOn = formedOn + DAYS_TO_CONFIRM;
  const dueOn = confirmedOn + DAYS_TO_DELIVER;
  return { formedOn, confirmedOn, dueOn, endedOn: dueOn + late, end, rating };
}

/** Confirmed and not delivered, due on that day. */
const open = (dueOn: number): PlannedCooperation => ({
  ...{ formedOn: dueOn - DAYS_TO_DELIVER - DAYS_TO_CONFIRM, confirmedOn: dueOn - DAYS_TO_DELIVER, dueOn },
  ...{ endedOn: NEVER, end: 'open', rating: 0 },
});
const intent = (formedOn: number): PlannedCooperation => ({
  ...{ formedOn, confirmedOn: NEVER, dueOn: NEVER, endedOn: NEVER, end: 'intent', rating: 0 },
});
const listed = (many: number): Behaviour['products'] =>
  Array.from({ length: many }, () => ({ delistedOn: NEVER, isRemoved: false }));

const TWENTY_FOUR = 24;

type Turn = (lastDay: number) => Partial<Behaviour>;
const confirmedAgo = (lastDay: number, ...ago: number[]): Behaviour['complaints'] =>
  ago.map((days) => ({ on: lastDay - days, isConfirmed: true }));
const five = (lastDay: number): PlannedCooperation[] =>
  [150, 120, 90, 60, 30].map((ago) => ended(lastDay, ago, 4));

/** A violation, and behind it one that only looks like it. */
const TURNS: readonly Turn[] = [
  // Three complaints that were right over five cooperations of half a year; two that were right and two that were not.
  (last) => ({ cooperations: five(last), complaints: confirmedAgo(last, 160, 130, 100) }),
  (last) => ({
    cooperations: five(last),
    complaints: [
      ...confirmedAgo(last, 160, 130),
      ...[20, 10].map((ago) => ({ on: last - ago, isConfirmed: false })),
    ],
  }),
  // Twenty days late; three days late, and late before both agreed to leave it.
  (last) => ({ cooperations: [...five(last), open(last - 20)] }),
  (last) => ({ cooperations: [...five(last), open(last - 3), ended(last, 40, 0, 'cancelled', 25)] }),
  // Rated five, and two since; rated five, and four since.
  (last) => ({
    cooperations: [
      ...[340, 300, 260, 220].map((ago) => ended(last, ago, 5)),
      ...[120, 80, 40].map((ago) => ended(last, ago, 2)),
    ],
  }),
  (last) => ({
    cooperations: [
      ...[340, 300, 260].map((ago) => ended(last, ago, 5)),
      ended(last, 220, 4),
      ...[120, 80, 40].map((ago) => ended(last, ago, 4)),
    ],
  }),
  // Two of five broken by the supplier; given up by both.
  (last) => ({
    cooperations: [
      ...[200, 150, 100].map((ago) => ended(last, ago, 4)),
      ...[60, 20].map((ago) => ended(last, ago, 0, 'broken')),
    ],
  }),
  (last) => ({
    cooperations: [
      ...[200, 150, 100].map((ago) => ended(last, ago, 4)),
      ...[60, 20].map((ago) => ended(last, ago, 0, 'cancelled')),
    ],
  }),
  // On the black list, and still offering; left, and nothing offered any more.
  (last) => ({ blacklistedOn: last - 35, cooperations: five(last) }),
  (last) => ({ leftOn: last - 35, products: [{ delistedOn: last - 35, isRemoved: false }] }),
  // Four complaints in three months about what is still offered; taken off since.
  (last) => ({
    cooperations: [...five(last), ...five(last - 15), ...five(last - 7), ...five(last - 22)],
    complaints: confirmedAgo(last, 80, 60, 40, 20),
  }),
  (last) => ({
    cooperations: [...five(last), ...five(last - 15), ...five(last - 7), ...five(last - 22)],
    products: [{ delistedOn: last - 10, isRemoved: true }],
    complaints: confirmedAgo(last, 80, 60, 40, 20),
  }),
];

/** @param draw that of the supplier */
export function behaviourOf(index: number, lastDay: number, draw: Draw): Behaviour {
  const usual: Behaviour = {
    approvedOn: lastDay - draw.between(560, 900),
    ...{ leftOn: NEVER, blacklistedOn: NEVER, isRejected: false, isWatched: false },
    ...{ products: listed(1 + draw.int(4)), cooperations: [], complaints: [] },
  };
  const turn = index % TWENTY_FOUR;
  const planted = TURNS[turn];
  if (planted) return { ...usual, isWatched: true, products: listed(1), ...planted(lastDay) };
  if (turn === TWENTY_FOUR - 1) return { ...usual, isRejected: true };
  const cooperations = Array.from({ length: 2 + draw.int(6) }, () => {
    const ago = draw.between(5, 450);
    const rating = draw.weighted([
      ['0', 25],
      ['3', 3],
      ['4', 27],
      ['5', 45],
    ] as const);
    return ended(lastDay, ago, Number(rating), 'completed', draw.chance(0.9) ? -draw.int(9) : draw.int(6));
  });
  cooperations.push(open(lastDay + draw.between(2, 25)), intent(lastDay - draw.int(200)));
  const complaints = draw.chance(0.2) ? [{ on: lastDay - draw.int(300), isConfirmed: draw.chance(0.5) }] : [];
  return { ...usual, cooperations, complaints };
}
