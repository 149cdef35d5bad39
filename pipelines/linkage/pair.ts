/** Two sides of a doubtful pair, field by field, with what agrees and what it is worth: masked unless the caller may see more. */
import { z } from 'zod';
import { maskText } from '../../domain/masking.ts';
import { AppError } from '../../domain/errors.ts';
import type { IdentityEntity } from '../../warehouse/operational/tables/who-is-who.ts';
import type { Platform } from '../../warehouse/platform.ts';
import { pathOf } from './nodes.ts';
import { AND, FIELDS, sideSql } from './pair-sides.ts';
import { whyLinked, type Why } from './why.ts';

export interface PairField {
  name: string;
  zh: string;
  a: string;
  b: string;
  isMasked: boolean;
  /** How they agree, as the comparison has it; '' where it is not compared. */
  level: string;
  /** log2; null where rules decide. */
  weight: number | null;
}
export interface Pair {
  entity: IdentityEntity;
  a: PairSide;
  b: PairSide;
  fields: PairField[];
  /** What everything adds up to, and the thresholds; null where rules decide. */
  sum: { prior: number; weight: number; chance: number; match: number; clerical: number } | null;
  /** Where rules decide: which hold between the two, and which conditions fail. */
  rules: Why['rules'];
  same: boolean;
  because: string;
  decisions: Why['decisions'];
  events: Why['events'];
}
export interface PairSide {
  node: string;
  /** The data set of a record; '' of a person, house or enterprise known by itself. */
  dataset: string;
  records: number;
}

const options = { lane: 'interactive' as const, tag: 'identity pair' };

/** @throws AppError `not_found` when a side is not known (any more) */
export async function pairOf(
  platform: Platform,
  { entity, a, b }: { entity: IdentityEntity; a: string; b: string },
  reveal: boolean,
): Promise<Pair> {
  const specs = FIELDS[entity];
  const row = z.object({
    records: z.number(),
    ...Object.fromEntries(specs.map(({ name }) => [name, z.string()])),
  });
  const sideOf = async (node: string): Promise<Record<string, string> & { records: number }> => {
    const { sql, params } = sideSql(entity, node);
    const [found] = await platform.warehouse.rows(sql, row, { ...options, params });
    if (!found || found.records === 0)
      throw new AppError('not_found', 'One side of the pair is not known any more.', {
        where: { node },
        fix: 'Refresh the queue; the next run takes the pair out.',
      });
    return found as Record<string, string> & { records: number };
  };
  const [one, other] = [await sideOf(a), await sideOf(b)];
  const why = await whyLinked(platform, { entity, a, b });
  const fields = specs.map(({ name, zh, mask, comparison }): PairField => {
    const line =
      comparison === undefined ? undefined : why.evidence.find((each) => each.comparison === comparison);
    const [left, right] = [one[name] ?? '', other[name] ?? ''];
    const masked = (text: string): string =>
      text
        .split(AND)
        .map((one) => maskText(mask, one))
        .join(AND);
    const shown = (text: string): string => (reveal ? text : masked(text));
    return {
      ...{
        name,
        zh,
        a: shown(left),
        b: shown(right),
        isMasked: !reveal && mask !== 'none' && left + right !== '',
      },
      level:
        line?.level ?? (left === '' || right === '' ? 'not known' : left === right ? 'equal' : 'different'),
      weight: line?.weight ?? null,
    };
  });
  const side = (node: string, records: number): PairSide => ({
    node,
    dataset: pathOf(node).dataset,
    records,
  });
  return {
    ...{ entity, a: side(a, one.records), b: side(b, other.records), fields },
    sum: why.sum && { prior: why.evidence[0]?.weight ?? 0, ...why.sum },
    ...{ rules: why.rules, same: why.same, because: why.because },
    ...{ decisions: why.decisions, events: why.events },
  };
}
