/**
 * Links anybody's files: a mapping says what kind each column is, and the specification follows. What is not mapped is not
 * compared. Without a mapping, columns are taken by their titles.
 */
import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { z } from 'zod';
import { AppError } from '../../domain/errors.ts';
import {
  type Block,
  type Comparison,
  type LevelTest,
  type SpecificationInput,
  specificationSchema,
} from './specification.ts';
import type { Specification } from './specification.ts';

export const columnKinds = [
  'given_name',
  'surname',
  'full_name',
  'date',
  'number',
  'phone',
  'postcode',
  'place',
  'address',
  'code',
] as const;
export type ColumnKind = (typeof columnKinds)[number];

export const mappingSchema = z.strictObject({
  /** Files of the directory, by name; all `.csv` when absent. Two with `pairs: across` are two lists to be matched. */
  files: z.array(z.string()).optional(),
  pairs: z.enum(['within', 'across']).default('within'),
  /** Title of a column → its kind. */
  columns: z.record(z.string(), z.enum(columnKinds)),
  /** Column that tells who is who, and the part of it that counts (first group of a regular expression). */
  truth: z.strictObject({ column: z.string(), pattern: z.string().default('^(.*)$') }).optional(),
  match: z.number().min(0.5).max(1).optional(),
  oneOfEachSide: z.boolean().optional(),
});
export type Mapping = z.output<typeof mappingSchema>;

/** @throws AppError `bad_request` for a file that is no mapping */
export async function readMapping(path: string): Promise<Mapping> {
  const parsed = mappingSchema.safeParse(parse(await readFile(path, 'utf8')));
  if (!parsed.success)
    throw new AppError('bad_request', `The mapping cannot be used: ${z.prettifyError(parsed.error)}`, {
      where: { file: path },
      fix: 'columns: {title: kind}; kinds are in docs/analysts.md.',
    });
  return parsed.data;
}

const TITLES: readonly [RegExp, ColumnKind][] = [
  [/given|first_?name|forename|^名$/i, 'given_name'],
  [/surname|last_?name|family_?name|^姓$/i, 'surname'],
  [/^(full_?)?name$|姓名/i, 'full_name'],
  [/birth|dob|出生/i, 'date'],
  [/soc_?sec|ssn|id_?number|证件号|身份证/i, 'number'],
  [/phone|mobile|电话|手机/i, 'phone'],
  [/post_?code|zip|邮编/i, 'postcode'],
  [/suburb|city|town|street_?name|community|社区|街道/i, 'place'],
  [/address|地址|住址/i, 'address'],
  [/^state$|sex|gender|性别|street_number/i, 'code'],
];
const TRUTHS: readonly [RegExp, string][] = [
  [/^rec_id$/i, '^(rec-\\d+)'],
  [/^(cluster|entity|truth|person)(_?id)?$/i, '^(.*)$'],
];

/** A mapping from the titles alone. */
export function guessMapping(titles: readonly string[]): Mapping {
  const columns = Object.fromEntries(
    titles.flatMap((title) => {
      const kind = TITLES.find(([pattern]) => pattern.test(title))?.[1];
      return kind === undefined ? [] : [[title, kind]];
    }),
  );
  const truth = titles.flatMap((column) => {
    const pattern = TRUTHS.find(([title]) => title.test(column))?.[1];
    return pattern === undefined ? [] : [{ column, pattern }];
  })[0];
  return { pairs: 'within', columns, truth };
}

const equal: LevelTest = { test: 'equal' };
const near = (atLeast: number): LevelTest => ({ test: 'jaro_winkler', atLeast });
const LEVELS: Record<ColumnKind, { name: string; when: LevelTest[] }[]> = {
  given_name: [
    { name: 'equal', when: [equal] },
    { name: 'one letter', when: [{ test: 'damerau', atMost: 1 }] },
    { name: 'near', when: [near(0.88)] },
  ],
  surname: [
    { name: 'equal', when: [equal] },
    { name: 'one letter', when: [{ test: 'damerau', atMost: 1 }] },
    { name: 'near', when: [near(0.88)] },
  ],
  full_name: [
    { name: 'equal', when: [equal] },
    { name: 'transposed', when: [{ test: 'same_characters' }] },
    { name: 'one character', when: [{ test: 'edit', atMost: 1 }] },
    { name: 'near', when: [near(0.9)] },
  ],
  date: [
    { name: 'equal', when: [equal] },
    { name: 'one digit', when: [{ test: 'damerau', atMost: 1 }] },
    { name: 'day and month', when: [{ test: 'day_month_swapped' }] },
    { name: 'year', when: [{ test: 'year_off', atMost: 10 }] },
  ],
  number: [
    { name: 'equal', when: [equal] },
    { name: 'one digit', when: [{ test: 'damerau', atMost: 1 }] },
    { name: 'two digits', when: [{ test: 'damerau', atMost: 2 }] },
  ],
  phone: [
    { name: 'equal', when: [equal] },
    { name: 'one digit', when: [{ test: 'damerau', atMost: 1 }] },
  ],
  postcode: [
    { name: 'equal', when: [equal] },
    { name: 'one digit', when: [{ test: 'damerau', atMost: 1 }] },
  ],
  place: [
    { name: 'equal', when: [equal] },
    { name: 'near', when: [near(0.88)] },
  ],
  address: [
    { name: 'equal', when: [equal] },
    { name: 'near', when: [near(0.92)] },
    { name: 'part', when: [near(0.8)] },
  ],
  code: [{ name: 'equal', when: [equal] }],
};
const FREQUENT: readonly ColumnKind[] = ['given_name', 'surname', 'full_name', 'place'];

/** The specification of a mapping. */
export function specificationOf(mapping: Mapping): Specification {
  const columns = Object.entries(mapping.columns).map(([title, kind], i) => ({
    name: `c${i + 1}_${kind}`,
    title,
    kind,
  }));
  const comparisons = columns.map(({ name, kind }): SpecificationInput['comparisons'][number] => ({
    name,
    column: name,
    levels: crossed(LEVELS[kind], kind, columns),
    termFrequency: FREQUENT.includes(kind),
  }));
  return specificationSchema.parse({
    columns: columns.map(({ name, title, kind }) => ({
      name,
      from: [title],
      normalise:
        kind === 'date'
          ? ['date']
          : ['phone', 'number'].includes(kind)
            ? ['trim', 'lower', 'letters']
            : ['trim', 'lower'],
    })),
    comparisons,
    blocks: blocksOf(columns),
    pairs: mapping.pairs,
    match: mapping.match,
    oneOfEachSide: mapping.oneOfEachSide,
  } satisfies SpecificationInput);
}

interface Mapped {
  name: string;
  kind: ColumnKind;
}

/** Given name and surname in each other's place is a level of both, after equality. */
function crossed(
  levels: Comparison['levels'],
  kind: ColumnKind,
  columns: readonly Mapped[],
): Comparison['levels'] {
  const other = kind === 'surname' ? 'given_name' : kind === 'given_name' ? 'surname' : undefined;
  const column = columns.find((each) => each.kind === other);
  if (!column) return levels;
  const [first, ...rest] = levels;
  return [
    ...(first ? [first] : []),
    { name: 'exchanged', when: [{ test: 'crossed', with: column.name }] },
    ...rest,
  ];
}

/** Numbers, dates, phones and whole names alone; weaker columns two by two. */
function blocksOf(columns: readonly Mapped[]): Block[] {
  const alone: ColumnKind[] = ['number', 'phone', 'date', 'full_name', 'address'];
  const together: [ColumnKind, ColumnKind][] = [
    ['given_name', 'surname'],
    ['surname', 'postcode'],
    ['given_name', 'postcode'],
    ['surname', 'place'],
    ['given_name', 'place'],
    ['full_name', 'postcode'],
  ];
  // People of one name are many: alone it is a block only where nothing better is.
  const better = columns.filter(({ kind }) => kind === 'number' || kind === 'phone' || kind === 'date');
  const of = (kind: ColumnKind): Mapped[] => columns.filter((column) => column.kind === kind);
  return [
    ...alone
      .filter((kind) => kind !== 'full_name' || better.length < 2)
      .flatMap(of)
      .map((column) => [column]),
    ...together.flatMap(([one, other]) => of(one).flatMap((a) => of(other).map((b) => [a, b]))),
  ]
    .slice(0, 24)
    .map((parts) => ({
      name: parts
        .map((part) => part.name)
        .join('_')
        .slice(0, 40),
      on: parts.map((part) => ({ column: part.name })),
    }));
}
