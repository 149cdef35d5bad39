/** Trying a rule on everything we have, before it is let near the base layer (D.5: what would change). */
import { z } from 'zod';
import { AppError } from '../../domain/errors.ts';
import type { Contracts } from '../../ingestion/contracts/home.ts';
import { type Dataset, datasetId } from '../../ingestion/contract.ts';
import { stdName } from '../../ingestion/generate/std-columns.ts';
import { stdModelSql } from '../../ingestion/generate/std-model.ts';
import type { Platform } from '../../warehouse/platform.ts';
import { nodeOf, type Project } from '../dbt/resolve.ts';
import { homeProject } from '../home-project.ts';
import { compileRules } from './compile.ts';
import { isAble, ruleFiles, shownSql } from './models.ts';
import { prioritySeeds } from './priority.ts';
import { inScratch, type Scratch } from '../scratch.ts';
import { setVersion } from '../staff-rules/store.ts';
import { activeRules } from './store.ts';
import type { Trial } from './trial-result.ts';
import type { Rule } from './rule.ts';
import { wouldMend } from './waiting.ts';

type Trying = Pick<Platform, 'warehouse' | 'store'>;

/** The rules that would be active with this one. */
export const rulesWith = (active: readonly Rule[], candidate: Rule): Rule[] => [
  ...active.filter(({ ruleId }) => ruleId !== candidate.ruleId),
  candidate,
];

/** The project as a run would have it with these rules. @throws AppError when a rule makes models read each other in a circle */
export async function projectWith(
  platform: Trying,
  contracts: Contracts,
  rules: readonly Rule[],
): Promise<Project> {
  return homeProject(contracts, [...ruleFiles(rules, contracts), ...(await prioritySeeds(platform.store))]);
}

/**
 * What the rule would do to the rows we have, were it active now.
 * @throws AppError `conflict` while another try-out runs; `bad_request` when the engine cannot run the rule
 */
export async function tryRule(
  platform: Trying,
  contracts: Contracts,
  candidate: Rule,
  readers: 'none' | 'base' | 'all' = 'base',
): Promise<Trial> {
  const dataset = contracts.get(candidate.definition.dataset);
  const active = await activeRules(platform.store);
  const without = active.filter(({ ruleId }) => ruleId !== candidate.ruleId);
  const name = stdName(dataset);
  const project = await projectWith(platform, contracts, rulesWith(active, candidate));
  const before = await inScratch(
    platform,
    withoutRule(project, contracts, dataset, without),
    [name],
    'none',
    (scratch) => defectsIn(platform, scratch, name, candidate),
  );
  try {
    return await inScratch(platform, project, [name], readers, async (scratch) => {
      const tables = [];
      for (const each of scratch.names) {
        const difference = await scratch.difference(each);
        if (each === name || difference.gone > 0 || difference.come > 0) tables.push(difference);
      }
      return {
        against: setVersion(without),
        ...(await effects(platform, scratch, dataset, candidate)),
        defects: { before, after: await defectsIn(platform, scratch, name, candidate) },
        quarantine: await wouldMend(platform, contracts, rulesWith(active, candidate), candidate),
        tables,
      };
    });
  } catch (error) {
    throw explained(error);
  }
}

/** The same project with the data set as its other rules leave it: reading all of it twice would cost a second more. */
function withoutRule(
  project: Project,
  contracts: Contracts,
  dataset: Dataset,
  rules: readonly Rule[],
): Project {
  const name = stdName(dataset);
  const node = nodeOf(project, name, 'the try-out');
  const own = rules.filter(
    ({ definition }) =>
      definition.dataset === datasetId(dataset) && isAble(dataset, definition, contracts.find),
  );
  const text = stdModelSql(
    dataset,
    own.length === 0 ? undefined : compileRules(dataset, own, contracts.find),
  );
  return { ...project, nodes: new Map([...project.nodes, [name, { ...node, text }]]) };
}

const explained = (error: unknown): unknown =>
  error instanceof AppError && (error.code === 'sql_failed' || error.code === 'sql_rejected')
    ? new AppError('bad_request', `The engine cannot run this rule: ${error.message.slice(0, 300)}`, {
        fix: 'Change the rule.',
        cause: error,
      })
    : error;

const OPTIONS = { lane: 'batch' as const, tag: 'cleaning try-out', maxSeconds: 120 };

async function defectsIn(
  { warehouse }: Trying,
  scratch: Scratch,
  name: string,
  { definition: { action } }: Rule,
): Promise<number> {
  const fields = 'fields' in action ? action.fields : [action.field];
  return warehouse.value(
    `SELECT toUInt32(sum(arrayCount(defect -> has({fields:Array(String)}, splitByChar(':', defect)[1]), _defects))) FROM ${scratch.place(name)}`,
    z.number(),
    { ...OPTIONS, params: { fields } },
  );
}

async function effects(
  { warehouse }: Trying,
  scratch: Scratch,
  dataset: Dataset,
  { ruleId }: Rule,
): Promise<Pick<Trial, 'rows' | 'changed' | 'findings' | 'samples'>> {
  const place = scratch.place(stdName(dataset));
  const params = { rule: ruleId };
  const counts = await warehouse.rows(
    `SELECT toUInt32(count()) AS rows, toUInt32(sum(arrayCount(one -> one.rule_id = {rule:UInt64}, _cleaned))) AS changed FROM ${place}`,
    z.object({ rows: z.number(), changed: z.number() }),
    { ...OPTIONS, params },
  );
  const findings = await warehouse.rows(
    `SELECT one.finding AS finding, one.outcome AS outcome, toUInt32(count()) AS rows FROM ${place} ARRAY JOIN _findings AS one
     WHERE one.rule_id = {rule:UInt64}${dataset.load.strategy === 'append' ? '' : " AND (is_current = 1 OR one.outcome = 'closed')"}
     GROUP BY finding, outcome ORDER BY finding, outcome`,
    z.object({ finding: z.string(), outcome: z.string(), rows: z.number() }),
    { ...OPTIONS, params },
  );
  const samples = await warehouse.rows(
    `SELECT field, ${shownSql(dataset, 'field', 'value_before')} AS before, ${shownSql(dataset, 'field', 'value_after')} AS after, rows
     FROM (SELECT one.field AS field, left(one.value_before, 200) AS value_before, left(one.value_after, 200) AS value_after, toUInt32(count()) AS rows
       FROM ${place} ARRAY JOIN _cleaned AS one WHERE one.rule_id = {rule:UInt64}
       GROUP BY field, value_before, value_after ORDER BY rows DESC, value_before, value_after LIMIT 20)`,
    z.object({ field: z.string(), before: z.string(), after: z.string(), rows: z.number() }),
    { ...OPTIONS, params },
  );
  return { rows: counts[0]?.rows ?? 0, changed: counts[0]?.changed ?? 0, findings, samples };
}
