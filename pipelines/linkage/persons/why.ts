/** Why two are one person, or why not: what each comparison says of the pair, how it stands now, and what was decided. */
import { z } from 'zod';
import { AppError } from '../../../domain/errors.ts';
import type { Platform } from '../../../warehouse/platform.ts';
import type { Found, WhySide } from '../found.ts';
import { linkTables } from '../blocks.ts';
import { chanceOf, priorWeight, weightOf } from '../model.ts';
import { levelsIn, vectorSql } from '../sql-of.ts';
import { waterfall } from '../weights.ts';
import { personSpecification } from './specification.ts';

const options = { lane: 'interactive' as const, tag: 'why linked' };
/** Of a person with many records, these are compared. */
const MOST_RECORDS = 200;

/** @param a, b keys of records or ids of persons */
export async function whyPersons(platform: Platform, a: string, b: string): Promise<Found> {
  const { warehouse } = platform;
  const [one, other] = [await sideOf(platform, a), await sideOf(platform, b)];
  const persons = await warehouse.value(
    `SELECT toUInt64(uniqExactIf(id_number, id_number != '')) FROM base.person_record`,
    z.coerce.number(),
    options,
  );
  const specification = personSpecification(persons);
  const { model, comparisons } = specification;
  if (!model) throw new AppError('bug', 'The rules of persons have no chances.');
  const { record } = linkTables('person');
  const inside = (name: string): string => `SELECT * FROM ${record} WHERE record IN {${name}:Array(String)}`;
  const vectors = await warehouse.rows(
    `SELECT DISTINCT toString(${vectorSql(comparisons)}) AS vector FROM (${inside('a')}) AS l CROSS JOIN (${inside('b')}) AS r WHERE l.id != r.id`,
    z.object({ vector: z.string() }),
    { ...options, params: { a: one.keys, b: other.keys } },
  );
  const [best] = vectors
    .map(({ vector }) => waterfall(specification, model, levelsIn(vector, comparisons.length)))
    .map((lines) => ({ lines, weight: lines.reduce((sum, line) => sum + line.weight, priorWeight(model)) }))
    .toSorted((x, y) => y.weight - x.weight);
  const rounded = (weight: number): number => Math.round(weight * 100) / 100;
  const same = one.id !== '' && one.id === other.id;
  const weight = best?.weight ?? 0;
  return {
    a: shown(one),
    b: shown(other),
    because: sentence({ same, one, other, weight, match: weightOf(specification.match) }),
    evidence: [
      {
        comparison: 'prior',
        level: `one in ${Math.round(1 / model.prior)}`,
        weight: rounded(priorWeight(model)),
      },
      ...(best?.lines ?? []).map((line) => ({ ...line, weight: rounded(line.weight) })),
    ],
    rules: [],
    sum: {
      weight: rounded(weight),
      chance: best ? Number(chanceOf(weight).toFixed(4)) : 0,
      match: rounded(weightOf(specification.match)),
      clerical: rounded(weightOf(specification.clerical)),
    },
  };
}

interface Side extends WhySide {
  keys: string[];
}
const shown = ({ keys: _keys, ...side }: Side): WhySide => side;

function sentence(found: { same: boolean; one: Side; other: Side; weight: number; match: number }): string {
  const { same, one, other, weight, match } = found;
  if (same && one.how === 'number' && other.how === 'number') return 'Both have the same valid number.';
  if (same) return 'Linked: what the records say of themselves outweighs what speaks against it.';
  if (one.how === 'number' && other.how === 'number')
    return 'Each has a valid number of its own, and they differ: only a person can decide they are one.';
  if (weight >= match)
    return 'Strong, but another person is as likely (a twin, perhaps), or it would join two valid numbers: it waits for a decision.';
  return 'Not linked: what agrees is too little for the number of people there are.';
}

async function sideOf({ warehouse }: Platform, given: string): Promise<Side> {
  const rows = await warehouse.rows(
    `SELECT record_key AS key, person_id AS id, how FROM base.person_link
     WHERE ${given.includes(':') && !given.startsWith('person:') ? 'record_key' : 'person_id'} = {given:String}
     ORDER BY key LIMIT ${MOST_RECORDS}`,
    z.object({ key: z.string(), id: z.string(), how: z.string() }),
    { ...options, params: { given: given.replace(/^person:/, '') } },
  );
  const [first] = rows;
  if (!first)
    throw new AppError('not_found', `There is no person or record “${given}”.`, {
      fix: 'Give a person_id, or a record_key of base.person_record; of a dwelling, enterprise or household say which entity.',
    });
  const how = rows.some((row) => row.how === 'number') ? 'number' : first.how;
  return {
    given,
    id: first.id,
    anchor: first.id === '' ? '' : `person:${first.id}`,
    how,
    records: rows.length,
    keys: rows.map(({ key }) => key),
  };
}
