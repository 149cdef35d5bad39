import { z } from 'zod';
import type { Warehouse } from '../engine/warehouse.ts';

/** Kinds of functions that only compute from their arguments (`system.functions.categories`). */
const PURE_CATEGORIES = new Set([
  'Arithmetic',
  'Arrays',
  'Bit',
  'Bitmap',
  'Comparison',
  'Conditional',
  'Dates and Times',
  'Distance',
  'Encoding',
  'Financial',
  'Geo',
  'Geo Polygon',
  'Hash',
  'IP Address',
  'JSON',
  'Logical',
  'Map',
  'Mathematical',
  'Null',
  'NumericIndexedVector',
  'Random Number',
  'Rounding',
  'String',
  'String Replacement',
  'String Search',
  'String Splitting',
  'Time Window',
  'Tuple',
  'Type Conversion',
  'URL',
  'UUID',
]);

/** Harmless ones of the category `Other`, which also holds `file`, `joinGet`, `sleep` and views of the server. */
const PURE_OTHERS = new Set([
  'bar',
  'caseWithExpression',
  'byteSize',
  'countDigits',
  'currentDatabase',
  'defaultValueOfTypeName',
  'digits',
  'finalizeAggregation',
  'formatReadableDecimalSize',
  'formatReadableQuantity',
  'formatReadableSize',
  'formatReadableTimeDelta',
  'identity',
  'ignore',
  'initializeAggregation',
  'isConstant',
  'isDecimalOverflow',
  'materialize',
  'minSampleSizeContinuous',
  'minSampleSizeConversion',
  'neighbor',
  'parseReadableSize',
  'parseReadableSizeOrNull',
  'parseReadableSizeOrZero',
  'parseTimeDelta',
  'rowNumberInAllBlocks',
  'rowNumberInBlock',
  'runningAccumulate',
  'runningConcurrency',
  'runningDifference',
  'runningDifferenceStartingWithFirstValue',
  'toColumnTypeName',
  'toTypeName',
  'transform',
  'variantElement',
  'variantType',
  'version',
  'visibleWidth',
]);

/** Aggregates that do something else than aggregate. */
const OTHER_AGGREGATES = new Set(['aggThrow', 'flameGraph']);

/** Written as functions in the engine's tree, but not in its list. */
const SYNTAX = ['lambda', 'exists', 'grouping', 'untuple'];

const functionRow = z.object({
  name: z.string(),
  is_aggregate: z.coerce.boolean(),
  is_builtin: z.coerce.boolean(),
  case_insensitive: z.coerce.boolean(),
  alias_to: z.string(),
  categories: z.string(),
});

export type IsAllowedFunction = (name: string) => boolean;

/** What the engine itself calls pure: a function it gains later is refused until its kind is known to be harmless. */
async function readAllowedFunctions(warehouse: Warehouse): Promise<IsAllowedFunction> {
  const rows = await warehouse.rows(
    `SELECT name, is_aggregate, origin = 'System' AS is_builtin, case_insensitive, alias_to, categories
     FROM system.functions`,
    functionRow,
    { tag: 'policy.functions' },
  );
  const combinators = await warehouse.rows(
    'SELECT name FROM system.aggregate_function_combinators',
    z.object({ name: z.string() }),
    { tag: 'policy.functions' },
  );
  const byName = new Map(rows.map((row) => [row.name, row]));
  const allowed = new Set(SYNTAX);
  const allowedInAnyCase = new Set<string>();
  const aggregates = new Set<string>();
  for (const row of rows) {
    const target = byName.get(row.alias_to) ?? row;
    const isPure = row.is_aggregate
      ? !OTHER_AGGREGATES.has(target.name)
      : PURE_CATEGORIES.has(target.categories) || PURE_OTHERS.has(target.name);
    if (!isPure || !row.is_builtin) continue;
    (row.case_insensitive ? allowedInAnyCase : allowed).add(
      row.case_insensitive ? row.name.toLowerCase() : row.name,
    );
    if (row.is_aggregate) aggregates.add(row.name);
  }
  const isListed: IsAllowedFunction = (name) => allowed.has(name) || allowedInAnyCase.has(name.toLowerCase());
  const suffixes = combinators.map(({ name }) => name);
  const isCombined = (name: string): boolean =>
    suffixes.some((suffix) => {
      const base = name.endsWith(suffix) ? name.slice(0, -suffix.length) : '';
      return base !== '' && (aggregates.has(base) || aggregates.has(base.toLowerCase()) || isCombined(base));
    });
  return (name) => isListed(name) || isCombined(name);
}

const known = new WeakMap<Warehouse, Promise<IsAllowedFunction>>();

/** Read once for each warehouse: an engine's functions do not change while it runs. */
export function allowedFunctions(warehouse: Warehouse): Promise<IsAllowedFunction> {
  const present = known.get(warehouse);
  if (present) return present;
  const reading = readAllowedFunctions(warehouse);
  known.set(warehouse, reading);
  reading.catch(() => known.delete(warehouse));
  return reading;
}
