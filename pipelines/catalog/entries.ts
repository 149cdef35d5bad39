/** Every entry of the catalog, from what is written down elsewhere: contracts, properties of models, metrics, packages, reports. */
import { type Dataset, datasetId } from '../../ingestion/contract.ts';
import { fieldElement } from '../../ingestion/generate/field-element.ts';
import { stdName } from '../../ingestion/generate/std-columns.ts';
import type { Project } from '../dbt/resolve.ts';
import { type Node, relationName } from '../dbt/types.ts';
import type { PackageDefinition } from '../exports/definition.ts';
import type { Metric } from '../metrics/definition.ts';
import { groupedBy } from '../grouped-by.ts';
import { nameOfField, type StandardField, type StandardMapping } from '../standards/mapping.ts';
import { maskOfColumn } from '../personal-columns.ts';
import { type CatalogEntry, NO_ELEMENT, OFFICE, type WithoutDatasets } from './entry.ts';
import { packageEntry, reportEntry } from './published.ts';
import type { Report } from './reports.ts';
import {
  type ResourceCatalogue,
  type ResourceItem,
  resourcesOf,
  type SharingType,
  UPDATE_DAYS,
} from './resources.ts';

export interface CatalogSources {
  datasets: readonly Dataset[];
  project: Project;
  metrics: readonly Metric[];
  packages: readonly PackageDefinition[];
  reports: readonly Report[];
  catalogue: ResourceCatalogue;
  /** Tables of the standards, and which column holds what. */
  standards: StandardMapping;
  /** Columns of the tables as they are built, where somebody has looked: those no property file describes are in the catalog too. */
  built?: ReadonlyMap<string, readonly { name: string; type: string }[]>;
}

/** Days of a period, and of the delivery after its end. */
const PERIOD_DAYS = { daily: 1, weekly: 7, monthly: 31, irregular: 0 } as const;

/** Days between the period a delivery is about and the last day it may come; 0 for one that comes when something changes. */
export const limitDays = ({ cadence, latenessDays }: Dataset): number =>
  cadence === 'irregular' ? 0 : PERIOD_DAYS[cadence] + latenessDays;

export function catalogEntries(sources: CatalogSources): CatalogEntry[] {
  const fed = inputsOfModels(sources);
  const standards = groupedBy(sources.standards.fields, ({ column }) => column);
  const behind = new Map(
    [...sources.project.nodes.values()].map((node) => [
      relationName(node.relation),
      (fed.get(node.name) ?? []).map(datasetId),
    ]),
  );
  const made = (...tables: string[]): string[] => [
    ...new Set(tables.flatMap((table) => behind.get(table) ?? [])),
  ];
  return [
    ...sources.datasets.map((dataset) => datasetEntry(dataset, sources)),
    ...[...sources.project.nodes.values()]
      .filter(({ config }) => config.materialized !== 'ephemeral')
      .flatMap((node) => modelEntries(node, fed.get(node.name) ?? [], sources, standards)),
    ...sources.metrics.map((metric) => ({ ...metricEntry(metric, sources), datasets: made(metric.model) })),
    ...sources.packages.map((one) => ({ ...packageEntry(one), datasets: made(one.from) })),
    ...sources.reports.map((one) => ({ ...reportEntry(one), datasets: made(...one.reads) })),
  ];
}

/** Data sets behind each model, however far. */
function inputsOfModels({ project, datasets }: CatalogSources): Map<string, Dataset[]> {
  const own = new Map(datasets.map((dataset) => [stdName(dataset), dataset]));
  const known = new Map<string, Set<Dataset>>();
  const reach = (name: string): Set<Dataset> => {
    const before = known.get(name);
    if (before) return before;
    const found = new Set<Dataset>();
    known.set(name, found);
    const dataset = own.get(name);
    if (dataset) found.add(dataset);
    for (const ref of project.nodes.get(name)?.refs ?? []) for (const one of reach(ref)) found.add(one);
    return found;
  };
  return new Map([...project.nodes.keys()].map((name) => [name, [...reach(name)]]));
}

function datasetEntry(dataset: Dataset, { project, catalogue }: CatalogSources): CatalogEntry {
  const std = stdName(dataset);
  const readers = [...project.nodes.values()].filter(({ refs }) => refs.includes(std));
  const resources = unique(readers.flatMap(({ relation }) => resourcesOf(catalogue, relationName(relation))));
  const isOurs = dataset.owner === OFFICE;
  return {
    kind: 'dataset',
    name: datasetId(dataset),
    parent: '',
    zh: dataset.zh,
    comment: dataset.reference,
    type: dataset.delivery.shape,
    owner: dataset.owner,
    grain: dataset.grain,
    level: dataset.level,
    mask: 'none',
    legal_basis: dataset.legalBasis,
    update_days: limitDays(dataset),
    sharing_type: isOurs ? sharingOf(dataset.level, resources) : '不予共享',
    resources: isOurs ? namesOf(resources) : [],
    explanation: isOurs
      ? explained(resources, '目录八十项未列此类资源')
      : '其他部门提供的数据，由提供部门编目和共享',
    datasets: [datasetId(dataset)],
    ...NO_ELEMENT,
  };
}

/** @param standards fields of the standard tables by the column that holds them */
function modelEntries(
  node: Node,
  inputs: readonly Dataset[],
  sources: CatalogSources,
  standards: ReadonlyMap<string, readonly StandardField[]>,
): CatalogEntry[] {
  const name = relationName(node.relation);
  const own = inputs.find((dataset) => stdName(dataset) === node.name);
  const resources = resourcesOf(sources.catalogue, name);
  const owners = [...new Set(inputs.map(({ owner }) => owner))];
  const levels = levelsByName(own ? [own] : inputs);
  const elements = elementsByName(own ? [own] : inputs);
  const shared = {
    owner: owners.length === 1 ? (owners[0] ?? OFFICE) : OFFICE,
    grain: own?.grain ?? node.description.split('. ')[0] ?? '',
    legal_basis: basisOf(inputs),
    update_days: own ? limitDays(own) : 0,
    sharing_type: own && own.owner !== OFFICE ? ('不予共享' as const) : sharingOf(2, resources),
    explanation: explained(resources, whyNotListed(node, own !== undefined)),
    datasets: inputs.map(datasetId),
  };
  const columns = columnsOf(node, sources.built?.get(name) ?? []).map((column): CatalogEntry => {
    const mask = maskOfColumn(column.name);
    const level = levels.get(column.name) ?? (mask === 'none' ? 2 : 3);
    const fields = standards.get(`${name}.${column.name}`) ?? [];
    const held = sources.catalogue.items.filter((item) => item.held === `${name}.${column.name}`);
    return {
      ...shared,
      kind: 'column',
      name: `${name}.${column.name}`,
      parent: name,
      zh: chineseOf(column.description),
      comment: column.description || (elements.get(column.name)?.term ?? ''),
      type: column.dataType ?? '',
      level: node.kind === 'seed' ? 1 : level,
      mask,
      resources: held.map((item) => `${item.resource}/${item.attribute}`),
      explanation: held.length > 0 ? '' : shared.explanation || '目录该资源未列此项',
      ...NO_ELEMENT,
      ...elements.get(column.name),
      standard_fields: fields.map(nameOfField),
    };
  });
  return [
    {
      ...shared,
      kind: 'model',
      name,
      parent: '',
      zh: own?.zh ?? namesOf(resources).join('、'),
      comment: node.description,
      type: node.config.materialized,
      level: Math.max(1, ...columns.map(({ level }) => level)),
      mask: 'none',
      resources: namesOf(resources),
      ...NO_ELEMENT,
    },
    ...columns,
  ];
}

/** Those described, in their order, then those that are there besides. */
function columnsOf(
  { columns }: Node,
  built: readonly { name: string; type: string }[],
): Pick<Node['columns'][number], 'name' | 'description' | 'dataType'>[] {
  const types = new Map(built.map(({ name, type }) => [name, type]));
  const described = new Set(columns.map(({ name }) => name));
  return [
    ...columns.map((column) => ({ ...column, dataType: column.dataType ?? types.get(column.name) })),
    ...built
      .filter(({ name }) => !described.has(name))
      .map(({ name, type }) => ({ name, description: '', dataType: type })),
  ];
}

const whyNotListed = ({ kind, relation }: Node, isStandardised: boolean): string => {
  if (kind === 'seed') return '代码表或平台参数，随标准公布';
  if (isStandardised) return '来源数据的标准化形式，随其数据集编目';
  if (relation.database === 'base') return '基础库的支撑模型，不单独共享';
  return '由基础库计算的主题数据，以指标和报表共享';
};

function metricEntry(metric: Metric, { catalogue }: CatalogSources): WithoutDatasets {
  const resources = resourcesOf(catalogue, `metric.${metric.name}`);
  return {
    kind: 'metric',
    name: metric.name,
    parent: metric.model,
    zh: metric.zh,
    comment: `${metric.formula_zh}（${metric.reference}）`,
    type: metric.unit,
    owner: OFFICE,
    grain: metric.dimensions.join(', '),
    level: 2,
    mask: 'none',
    legal_basis: '《公共租赁住房管理办法》（住房城乡建设部令第11号）：住房保障统计与监督',
    update_days: 0,
    sharing_type: sharingOf(2, resources),
    resources: namesOf(resources),
    explanation: explained(resources, '目录统计分析信息六项之外的指标'),
    ...NO_ELEMENT,
  };
}

/** Names are standard: a column has the level of the fields of its name. */
const levelsByName = (datasets: readonly Dataset[]): Map<string, number> => {
  const levels = new Map<string, number>();
  for (const { fields } of datasets)
    for (const field of fields)
      levels.set(field.name, Math.max(levels.get(field.name) ?? 1, fieldElement(field).level));
  return levels;
};

/** What a column of that name is, as the first field of the name says. */
const elementsByName = (
  datasets: readonly Dataset[],
): Map<string, Pick<CatalogEntry, 'element' | 'term'>> => {
  const found = new Map<string, Pick<CatalogEntry, 'element' | 'term'>>();
  for (const { fields } of datasets)
    for (const field of fields) {
      if (found.has(field.name)) continue;
      const { name, zh, standard } = fieldElement(field);
      const element = field.codes === undefined ? name : `code:${field.codes}`;
      found.set(field.name, { element, term: `${zh}（${standard}）` });
    }
  return found;
};

const basisOf = (inputs: readonly Dataset[]): string => {
  const all = [...new Set(inputs.map(({ legalBasis }) => legalBasis))];
  if (all.length === 0) return '平台自身的标准与参数，不含来源数据';
  return all.length <= 2 ? all.join('；') : `随其 ${inputs.length} 个来源数据集的法律依据`;
};

/** Open values are free to all, what the catalogue lists as it says, all else under conditions (国发〔2016〕51号). */
const sharingOf = (level: number, resources: readonly ResourceItem[]): SharingType =>
  resources[0]?.sharing_type ?? (level === 1 ? '无条件共享' : '有条件共享');

const explained = (resources: readonly ResourceItem[], otherwise: string): string =>
  resources.length > 0 ? '' : otherwise;
const namesOf = (resources: readonly ResourceItem[]): string[] => resources.map(({ resource }) => resource);
const unique = (items: readonly ResourceItem[]): ResourceItem[] => [
  ...new Map(items.map((item) => [item.resource, item])).values(),
];

/** The Chinese beginning of a comment that has one. */
const chineseOf = (comment: string): string =>
  /^[\p{Script=Han}（）、，0-9A-Za-z]*\p{Script=Han}[\p{Script=Han}（）、，]*/u.exec(comment)?.[0] ?? '';

/** Most days the agency's catalogue leaves for a resource; 0 for what it does not list. */
export const catalogueDays = ({ items }: ResourceCatalogue, resources: readonly string[]): number =>
  Math.min(
    ...items.filter(({ resource }) => resources.includes(resource)).map(({ update }) => UPDATE_DAYS[update]),
    Infinity,
  );
