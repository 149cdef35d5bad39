/** What pre-review knows (`models/eligibility/`): the 25 data sets, the facts in them, and the measures of a household made of facts. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { AppError } from '../../domain/errors.ts';
import { snakeName } from '../conditions/condition.ts';

/** The seven analyses (data.md C.1), each over one agency's data sets. */
export const ANALYSES = {
  insurance: { zh: '社保', reference: 'C-1, 002:6421', agency: '湖南省人力资源和社会保障厅' },
  fund: { zh: '公积金', reference: 'C-2, 002:6439', agency: '住房公积金管理中心' },
  police: { zh: '公安', reference: 'C-3, 002:6457', agency: '湖南省公安厅' },
  civil_affairs: { zh: '民政', reference: 'C-4, 002:6475', agency: '湖南省民政厅' },
  property: { zh: '房产', reference: 'C-5, 002:6493', agency: '房产综合管理系统' },
  security: { zh: '住房保障', reference: 'C-6, 002:6511', agency: '住房保障管理系统' },
  managed: { zh: '直管公房', reference: 'C-7, 002:6529', agency: '长房集团' },
} as const;
export type Analysis = keyof typeof ANALYSES;
export const analysisSchema = z.enum(Object.keys(ANALYSES) as [Analysis, ...Analysis[]]);

const datasetNumber = z.string().regex(/^A1-\d{2}$/);
const datasetSchema = z.strictObject({
  zh: z.string().min(1),
  analysis: analysisSchema,
  /** `<source>.<dataset>` of the contract that delivers it. */
  dataset: z.string().regex(/^[a-z_]+\.[a-z_]+$/),
  /** Of a contract that delivers several: the value of `benefit_kind`. */
  kind: z.string().optional(),
  reference: z.string(),
});
export type ReviewDataset = z.output<typeof datasetSchema>;

const sql = z.string().min(1);
const factSchema = z
  .strictObject({
    fact: snakeName,
    zh: z.string().min(1),
    /** Of the 25; or `own`, a data set of our own. */
    datasets: z.array(datasetNumber).default([]),
    own: z.string().optional(),
    /** Columns with the number of the person it is about. */
    person: z.array(z.string()).min(1).max(2),
    /** Of payments: one without a person's number is of whose account this is. */
    account: z.string().optional(),
    /** Of a data set that is appended to: one row each of these, the last delivered. */
    version_of: z.array(z.string()).optional(),
    when: sql.default('1'),
    number: sql.default('null'),
    date: sql.default('null'),
    until: sql.default('null'),
    word: sql.default("''"),
    flag: sql.default('0'),
  })
  .refine((fact) => (fact.own === undefined) !== (fact.datasets.length === 0), 'has datasets, or is our own');
export type Fact = z.output<typeof factSchema>;

const measureSchema = z.strictObject({
  zh: z.string().min(1),
  is: z.enum(['number', 'yes_no']),
  unit: z.string().optional(),
  facts: z.array(snakeName).default([]),
  /** Over the facts of one member. */
  member: sql,
  /** Is the member's value known? Where it is of nobody in the household, the measure is not. */
  known: sql.optional(),
  household: z.enum(['sum', 'max', 'mean']),
});
export type Measure = z.output<typeof measureSchema>;

export interface Definitions {
  /** By number, A1-01 to A1-25. */
  datasets: ReadonlyMap<string, ReviewDataset>;
  facts: ReadonlyMap<string, Fact>;
  measures: ReadonlyMap<string, Measure>;
}

/** @throws AppError `bad_configuration` that names the file and what of it cannot be */
export async function loadDefinitions(models: string): Promise<Definitions> {
  const datasets = await read(models, 'datasets.yml', z.record(datasetNumber, datasetSchema));
  const facts = await read(models, 'facts.yml', z.array(factSchema));
  const measures = await read(models, 'measures.yml', z.record(snakeName, measureSchema));
  const known: Definitions = {
    datasets: new Map(Object.entries(datasets)),
    facts: new Map(facts.map((fact) => [fact.fact, fact])),
    measures: new Map(Object.entries(measures)),
  };
  for (const fact of facts)
    for (const number of fact.datasets)
      if (!known.datasets.has(number))
        throw broken('facts.yml', `${fact.fact} is in ${number}, which is none`);
  for (const [name, { facts: of }] of known.measures)
    for (const fact of of)
      if (!known.facts.has(fact)) throw broken('measures.yml', `${name} is made of ${fact}, which is none`);
  return known;
}

export async function read<T>(models: string, file: string, schema: z.ZodType<T>): Promise<T> {
  const parsed = schema.safeParse(parse(await readFile(join(models, 'eligibility', file), 'utf8')));
  if (parsed.success) return parsed.data;
  throw broken(file, z.prettifyError(parsed.error));
}

export const broken = (file: string, what: string): AppError =>
  new AppError('bad_configuration', `models/eligibility/${file}: ${what}.`, {
    where: { file },
    fix: 'Mend the file.',
  });

/** Contracts a fact is read from. */
export const contractsOfFact = ({ datasets }: Definitions, fact: Fact): string[] =>
  fact.own === undefined
    ? [...new Set(fact.datasets.map((number) => datasets.get(number)?.dataset ?? ''))]
    : [fact.own];

/** Numbers of the data sets a measure needs an answer of. */
export const datasetsOfMeasure = ({ facts }: Definitions, measure: Measure): string[] => [
  ...new Set(measure.facts.flatMap((name) => facts.get(name)?.datasets ?? [])),
];
