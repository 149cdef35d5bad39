/**
 * Polls: all present beneficiaries polled once, and who is refused, by what, held against what was planted. What is planted is refused by rules of its
 * kind; a household refused that nothing was planted in is a lawful tenant wronged.
 */
import { join } from 'node:path';
import { z } from 'zod';
import { poll } from '../../pipelines/eligibility/poll.ts';
import { literal } from '../../warehouse/engine/sql.ts';
import type { Platform } from '../../warehouse/platform.ts';
import { type DetectPart, type Found, foundPairs } from './part.ts';

const ASKED = 0.97;
const TABLE = 'default.detect_poll';
const options = { lane: 'batch' as const, tag: 'bench detect polls' };
const count = z.coerce.number();

/** Kinds of violation that cost eligibility, and the rules that have to see them. */
const REFUSED: Readonly<Record<string, readonly string[]>> = {
  income_over_line: ['income_still'],
  second_home: ['no_home', 'no_signing'],
  double_benefit: ['no_other_benefit', 'no_managed_housing', 'no_subsidy_beside'],
  register_moved_away: ['not_moved_away'],
};
/** A death is a doubt: the others of the household may stay. */
const DOUBTED: Readonly<Record<string, readonly string[]>> = { deceased: ['nobody_dead'] };

const judged = z.object({
  true: count,
  found: count,
  right: count,
  households: count,
  wrong: z.string(),
  missed: z.string(),
});

export const polls: DetectPart = {
  name: 'poll',
  needs: 'run',
  run: async ({ platform, truth, say }) => {
    await readTruth(platform, join(truth, 'violations.csv'));
    const { pollId, households, passed, doubted, refused } = await poll(platform, {}, 'bench');
    say(`poll of ${households}: ${passed} pass, ${doubted} in doubt, ${refused} refused`);
    const found: Found[] = [];
    const measure = async (name: string, kinds: readonly string[], isFound: string): Promise<void> => {
      const row = await compared(platform, pollId, kinds, isFound);
      if (row.wrong !== '') say(`poll ${name}: found, not planted: ${row.wrong}`);
      if (row.missed !== '') say(`poll ${name}: planted, not found: ${row.missed}`);
      const [wrong, missed] = [row.found - row.right, row.true - row.right];
      found.push({
        ...foundPairs(name, row, ASKED),
        confusion: { right: row.right, wrong, missed, others: row.households - row.right - wrong - missed },
      });
    };
    await measure('refused', Object.keys(REFUSED), "verdict = 'refuse'");
    for (const [kind, rules] of Object.entries({ ...REFUSED, ...DOUBTED }))
      await measure(kind, [kind], `hasAny(failed, [${rules.map(literal).join(', ')}])`);
    return found;
  },
};

/** The households polled, by whether something of the kinds was planted in them and whether the poll found it. */
async function compared(
  { warehouse }: Platform,
  pollId: number,
  kinds: readonly string[],
  isFound: string,
): Promise<z.output<typeof judged>> {
  const [row] = await warehouse.rows(
    `SELECT countIf(isTrue) AS true, countIf(isFound) AS found, countIf(isTrue AND isFound) AS right, count() AS households,
       arrayStringConcat(groupArrayIf(5)(concat(household_id, ' ', programme, ' (', arrayStringConcat(failed, ' '), ')'), isFound AND NOT isTrue), ', ') AS wrong,
       arrayStringConcat(groupArrayIf(5)(concat(household_id, ' ', programme, ' ', toString(verdict)), isTrue AND NOT isFound), ', ') AS missed
     FROM (
       SELECT household_id, programme, verdict, failed, ${isFound} AS isFound,
         household_id IN (SELECT application_no FROM ${TABLE} WHERE kind IN {kinds:Array(String)}) AS isTrue
       FROM eligibility.verdict WHERE poll_id = {poll:UInt64}
     )`,
    judged,
    { ...options, params: { poll: pollId, kinds: [...kinds] } },
  );
  return judged.parse(row);
}

async function readTruth({ warehouse }: Platform, path: string): Promise<void> {
  const columns = ['kind', 'application_no'];
  const structure = columns.map((name) => `${name} String`).join(', ');
  await warehouse.run(
    `CREATE OR REPLACE TABLE ${TABLE} (${structure}) ENGINE = MergeTree ORDER BY kind`,
    options,
  );
  await warehouse.insertFile(
    'CSVWithNames',
    TABLE,
    columns,
    path,
    structure,
    (source) => `SELECT ${columns.join(', ')} FROM ${source}`,
    options,
  );
}
