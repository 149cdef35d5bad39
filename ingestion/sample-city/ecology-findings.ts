/** What the rules of alert about suppliers, products and buyers have to find, from the world's facts alone. */
import { dayText, NEVER } from './calendar.ts';
import {
  type Cooperation,
  type Ecology,
  productNo,
  type ProductComplaint,
  type Supplier,
  supplierNo,
} from './world/ecology.ts';

type Finding = [kind: string, key: string, since: string];

const HALF_YEAR = 180;
const YEAR = 365;
const QUARTER = 90;
const DAYS_TO_RATE = 4;

/** Within that many days up to the last. */
const within = (day: number, lastDay: number, days: number): boolean =>
  day <= lastDay && day > lastDay - days;
const mean = (some: readonly number[]): number => some.reduce((sum, one) => sum + one, 0) / some.length;

export function* ecologyFindings(ecology: Ecology, lastDay: number): Generator<Finding> {
  for (const supplier of ecology.suppliers) {
    const cooperations = ecology.cooperations.filter((one) => one.supplier === supplier);
    const complaints = ecology.complaints.filter((one) => one.product.supplier === supplier);
    for (const kind of supplierFindings(ecology, supplier, cooperations, complaints, lastDay))
      yield [kind, supplierNo(supplier), ''];
  }
  for (const product of ecology.products) {
    const right = ecology.complaints.filter(
      (one) => one.product === product && one.isConfirmed && within(one.on, lastDay, QUARTER),
    );
    if (right.length >= 3 && product.delistedOn > lastDay)
      yield ['product_complaints', productNo(product), ''];
  }
  yield* buyers(ecology, lastDay);
}

function* supplierFindings(
  { products }: Ecology,
  supplier: Supplier,
  cooperations: readonly Cooperation[],
  complaints: readonly ProductComplaint[],
  lastDay: number,
): Generator<string> {
  const right = complaints.filter(({ on, isConfirmed }) => isConfirmed && within(on, lastDay, HALF_YEAR));
  const done = cooperations.filter(
    ({ end, endedOn }) => end === 'completed' && within(endedOn, lastDay, HALF_YEAR),
  );
  if (right.length >= 3 && done.length > 0 && right.length / done.length > 0.2)
    yield 'supplier_quality_complaint_rate';
  if (cooperations.some(({ end, dueOn }) => end === 'open' && dueOn < lastDay - 7))
    yield 'supplier_delivery_delay';
  const ended = cooperations.filter(
    ({ endedOn, confirmedOn }) =>
      confirmedOn !== NEVER && within(confirmedOn, lastDay, YEAR) && endedOn <= lastDay,
  );
  const broken = ended.filter(({ end }) => end === 'broken');
  if (broken.length >= 2 && broken.length / ended.length > 0.3) yield 'supplier_performance_abnormal';
  const rated = (from: number, to: number): number[] =>
    cooperations
      .filter(
        ({ rating, endedOn }) =>
          rating > 0 && endedOn + DAYS_TO_RATE <= lastDay - to && endedOn + DAYS_TO_RATE > lastDay - from,
      )
      .map(({ rating }) => rating);
  const [now, before] = [rated(HALF_YEAR, 0), rated(2 * HALF_YEAR, HALF_YEAR)];
  if (now.length >= 3 && before.length >= 3 && mean(before) - mean(now) >= 1)
    yield 'supplier_reputation_drop';
  const isAllowed = supplier.leftOn > lastDay && supplier.blacklistedOn > lastDay;
  const offers = products.some(
    (one) => one.supplier === supplier && one.publishedOn <= lastDay && one.delistedOn > lastDay,
  );
  if (!isAllowed && offers) yield 'supplier_violation';
}

function* buyers({ demands }: Ecology, lastDay: number): Generator<Finding> {
  const blocked = new Map<string, number>();
  for (const { buyer, publishedOn, blockedOn } of demands)
    if (blockedOn <= lastDay && within(publishedOn, lastDay, YEAR))
      blocked.set(buyer, (blocked.get(buyer) ?? 0) + 1);
  for (const [buyer, times] of blocked)
    if (times >= 3) yield ['buyer_repeat_violation', buyer, dayText(lastDay)];
}
