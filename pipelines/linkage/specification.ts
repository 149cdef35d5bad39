/**
 * What to link and how, as data: written in code for our own persons and households, in a small file for anybody's. Everything
 * that is compared is text; '' is “not known” and says nothing for or against.
 */
import { z } from 'zod';

const name = z.string().regex(/^[a-z][a-z0-9_]{0,40}$/, 'a lower-case word: letters, digits, _');

/** Characters that mean the same to a clerk: the first of each group stands for all (variants 峯峰, traditional 張张, homophones 伟玮). */
const groups = z.object({ groups: z.array(z.string().min(2)) });
export const normalisationSchema = z.union([
  z.enum([
    /** Spaces at the ends and doubled inside. */
    'trim',
    'lower',
    /** Digits alone. */
    'digits',
    /** Letters and digits of any script alone: dots of names (·•．) and hyphens go. */
    'letters',
    /** Digits of a date, YYYYMMDD; '' unless there are eight. */
    'date',
    /** The characters in order of their code: 大明 and 明大 alike. */
    'sorted_characters',
  ]),
  groups,
]);
export type Normalisation = z.output<typeof normalisationSchema>;

export const columnSchema = z.object({
  name,
  /** Input columns, put together with a space between. */
  from: z.array(z.string().min(1)).min(1),
  normalise: z.array(normalisationSchema).default(['trim', 'lower']),
});

const on = { column: name.optional() };
/** When two records stand at a level. `column` is the comparison's own unless given. */
export const testSchema = z.discriminatedUnion('test', [
  z.object({ test: z.literal('equal'), ...on }),
  z.object({ test: z.literal('jaro_winkler'), atLeast: z.number().min(0).max(1), ...on }),
  /** Inserted, left out, changed characters. */
  z.object({ test: z.literal('edit'), atMost: z.number().int().min(1).max(9), ...on }),
  /** The same over bytes, and neighbours exchanged count once: for digits and Latin letters. */
  z.object({ test: z.literal('damerau'), atMost: z.number().int().min(1).max(9), ...on }),
  z.object({ test: z.literal('prefix'), length: z.number().int().positive(), ...on }),
  /** One holds the other. */
  z.object({ test: z.literal('contains'), ...on }),
  z.object({ test: z.literal('same_characters'), ...on }),
  /** What one says in this column the other says in `with`, and the other way round. */
  z.object({ test: z.literal('crossed'), with: name, ...on }),
  /** Dates as YYYYMMDD. */
  z.object({ test: z.literal('day_month_swapped'), ...on }),
  z.object({ test: z.literal('year_off'), atMost: z.number().int().positive(), ...on }),
  /** As many characters, at most so many of them others. */
  z.object({ test: z.literal('digits_off'), atMost: z.number().int().positive(), ...on }),
]);
export type LevelTest = z.output<typeof testSchema>;

/** Two records are at the first level whose tests all hold, else they disagree; where one of them says nothing, they are silent. */
export const levelSchema = z.object({ name: z.string().min(1), when: z.array(testSchema).min(1) });

export const comparisonSchema = z.object({
  name,
  column: name,
  /** Best first. */
  levels: z.array(levelSchema).min(1).max(12),
  /** Agreement on a rare value says more than on a common one: the first level is weighed by the value's own frequency. */
  termFrequency: z.boolean().default(false),
});
export type Comparison = z.output<typeof comparisonSchema>;

/** Records that agree on all parts are compared. */
export const blockSchema = z.object({
  name,
  on: z
    .array(
      z.object({
        column: name,
        /** Only the first characters, or the last. */
        first: z.number().int().positive().optional(),
        last: z.number().int().positive().optional(),
      }),
    )
    .min(1),
});
export type Block = z.output<typeof blockSchema>;

const chances = z.record(name, z.array(z.number().positive().max(1)));
export const modelSchema = z.object({
  /** Chance that two records drawn by chance mean the same. */
  prior: z.number().positive().max(0.5),
  /** Per comparison the chance of each level, disagreement first, then the levels from the last to the first: of true pairs, */
  matching: chances,
  /** and of others. */
  other: chances,
});
export type Model = z.output<typeof modelSchema>;

export const specificationSchema = z
  .object({
    columns: z.array(columnSchema).min(1),
    comparisons: z.array(comparisonSchema).min(1).max(16),
    blocks: z.array(blockSchema).min(1).max(24),
    /** `within`: any two records. `across`: records of different sides. `anchored`: not two of side 0, which are known apart. */
    pairs: z.enum(['within', 'across', 'anchored']).default('within'),
    /** Learned from the records unless given. */
    model: modelSchema.optional(),
    /** Chance above which a pair is taken for the same; between the two, a person decides. */
    match: z.number().min(0.5).max(1).default(0.95),
    clerical: z.number().min(0).max(1).default(0.5),
    /** A block of more pairs says nothing about who is who, and is left out. */
    maxBlockPairs: z.number().int().positive().default(2_000_000),
    /** More pairs in all are refused before any is made. */
    maxPairs: z.number().int().positive().default(100_000_000),
    /** A cluster holds at most one record of each side: both lists are free of repeats. */
    oneOfEachSide: z.boolean().default(false),
  })
  .superRefine((specification, context) => {
    const known = new Set(specification.columns.map((column) => column.name));
    const used = [
      ...specification.blocks.flatMap((block) => block.on.map((part) => part.column)),
      ...specification.comparisons.flatMap((comparison) => [
        comparison.column,
        ...comparison.levels.flatMap((level) =>
          level.when.flatMap((test) => [test.column ?? [], 'with' in test ? test.with : []].flat()),
        ),
      ]),
    ];
    for (const column of new Set(used))
      if (!known.has(column))
        context.addIssue({ code: 'custom', message: `There is no column “${column}”.` });
  });
export type Specification = z.output<typeof specificationSchema>;
export type SpecificationInput = z.input<typeof specificationSchema>;
