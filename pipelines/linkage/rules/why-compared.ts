/** Why two records name one dwelling or enterprise, or why not: which rule of the models links them, which of its conditions fail. */
import { z } from 'zod';
import { AppError } from '../../../domain/errors.ts';
import { literal } from '../../../warehouse/engine/sql.ts';
import type { Platform } from '../../../warehouse/platform.ts';
import { ANCHORS, pathOf } from '../nodes.ts';
import type { Found, WhySide } from '../found.ts';
import { COMPARED } from './compared.ts';
import { judge, type Judged } from './judge.ts';

type Entity = keyof typeof COMPARED;
const options = { lane: 'interactive' as const, tag: 'why linked' };
/** Of what has many records, these are compared, those of registers first. */
const MOST_RECORDS = 200;
/** As the models have it: what 楼盘表 says of a house counts before the register of assisted dwellings. */
const REGISTERS = ['property.house_registry', 'operations.dwelling', 'market_regulation.business_registry'];

export async function whyCompared(
  { warehouse }: Platform,
  entity: Entity,
  a: string,
  b: string,
): Promise<Found> {
  const { code, records, comparisons, rules } = COMPARED[entity];
  const side = (given: string, at: 'a' | 'b'): { sql: string; params: Record<string, string> } => {
    const { dataset, key, isAnchor } = pathOf(given);
    const isRecord = !isAnchor && given.includes(':');
    // A code merged into another is found by what the records say, one nobody says by what it is now.
    const where = isRecord
      ? `source_dataset = {${at}_dataset:String} AND record_key = {${at}:String}`
      : `said_code = {${at}:String} OR ${code} = {${at}:String} OR ${entity}_id = {${at}:String}`;
    const registers = REGISTERS.map((one) => literal(`${one}:`)).join(', ');
    const rank = `arrayFirstIndex(one -> startsWith(record, one), [${registers}])`;
    return {
      sql: `(SELECT *, ${rank} AS at, if(at = 0, ${REGISTERS.length + 1}, at) AS turn FROM (${records(where)}) ORDER BY turn, record LIMIT ${MOST_RECORDS})`,
      params: { [at]: given.includes(':') ? key : given, ...(isRecord && { [`${at}_dataset`]: dataset }) },
    };
  };
  const sideOf = async (given: string): Promise<WhySide> => {
    const { sql, params } = side(given, 'a');
    const [found] = await warehouse.rows(
      `SELECT id, how, code AS meant, toUInt32(count() OVER ()) AS records FROM ${sql} LIMIT 1`,
      z.object({ id: z.string(), how: z.string(), meant: z.string(), records: z.number() }),
      { ...options, params },
    );
    if (!found)
      throw new AppError('not_found', `There is no ${entity} or record “${given}”.`, {
        fix: `Give a ${ANCHORS[entity]}:<code>, an id, or <data set>:<key> of base.${entity}_link.`,
      });
    const { meant, ...rest } = found;
    return { given, anchor: meant === '' ? '' : `${ANCHORS[entity]}:${meant}`, ...rest };
  };
  const [one, other] = [await sideOf(a), await sideOf(b)];
  const [left, right] = [side(a, 'a'), side(b, 'b')];
  // Rules compare with what the first register says of a house or an enterprise, where one does.
  const registered = (sql: string): string =>
    `(SELECT * FROM (SELECT *, min(turn) OVER () AS first_turn FROM ${sql}) WHERE turn = first_turn)`;
  const level = (name: string): string =>
    `multiIf(l.${name} = '' AND r.${name} = '', 'neither says', l.${name} = '' OR r.${name} = '', 'not known', l.${name} = r.${name}, 'equal', 'different')`;
  const [best] = await warehouse.rows(
    `SELECT [${comparisons.map(({ name, level: own }) => own ?? level(name)).join(', ')}] AS levels
     FROM ${registered(left.sql)} AS l CROSS JOIN ${registered(right.sql)} AS r WHERE l.record != r.record
     ORDER BY countEqual(levels, 'equal') DESC, countEqual(levels, 'different'), l.record, r.record LIMIT 1`,
    z.object({ levels: z.array(z.string()) }),
    { ...options, params: { ...left.params, ...right.params } },
  );
  const levels = new Map(comparisons.map(({ name }, at) => [name, best?.levels[at] ?? 'not known']));
  const judged = best ? judge(levels, rules) : [];
  return {
    ...{ a: one, b: other, sum: null, rules: judged },
    because: sentence(entity, one, other, judged),
    evidence: [...levels].map(([comparison, told]) => ({ comparison, level: told, weight: null })),
  };
}

function sentence(entity: Entity, one: WhySide, other: WhySide, rules: readonly Judged[]): string {
  if (one.id === '' || other.id === '')
    return `Not linked: one of them says too little to name a ${entity} by any rule.`;
  const how = one.how === other.how ? `both by ${one.how}` : `one by ${one.how}, the other by ${other.how}`;
  if (one.id === other.id) return `Linked: ${how}.`;
  const holding = rules.filter(({ holds }) => holds).map(({ rule }) => rule);
  if (holding.length > 0)
    return `Not linked: ${holding.join(', ')} would link them, but a stronger rule or a decision names another (${how}).`;
  return `Not linked: each names another (${how}), and no rule holds between the two.`;
}
