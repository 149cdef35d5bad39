/**
 * `docs/catalog-resources.md`: the agency's catalogue item by item, and every data set with whose it is and how it is shared.
 * Models are looked up (`anju catalog`), for a page of all of them would be another with every model anybody adds.
 */
import { join } from 'node:path';
import { datasets } from '../../ingestion/contracts/index.ts';
import { GENERATED, type GeneratedFile } from '../../ingestion/generate/file.ts';
import { loadProject } from '../dbt/project.ts';
import { packageDefinitions } from '../exports/definition.ts';
import { loadMetrics } from '../metrics/definition.ts';
import { loadStandards } from '../standards/mapping.ts';
import { catalogEntries, type CatalogSources } from './entries.ts';
import { loadReports } from './reports.ts';
import { loadResources } from './resources.ts';

/** All that the catalog of the code alone is made of. */
export async function catalogSources(modelsDirectory: string): Promise<CatalogSources> {
  const [project, metrics, packages, reports, catalogue, standards] = await Promise.all([
    loadProject(modelsDirectory),
    loadMetrics(join(modelsDirectory, 'metrics')),
    packageDefinitions(),
    loadReports(modelsDirectory),
    loadResources(modelsDirectory),
    loadStandards(modelsDirectory),
  ]);
  return { datasets, project, metrics, packages, reports, catalogue, standards };
}

const row = (cells: readonly (string | number)[]): string =>
  `| ${cells.map((cell) => String(cell).replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`;
const rule = (count: number): string => row(Array<string>(count).fill('---'));

export async function resourcePage(modelsDirectory: string): Promise<GeneratedFile> {
  const sources = await catalogSources(modelsDirectory);
  const { items, reasons } = sources.catalogue;
  const entries = catalogEntries(sources);
  const of = (kind: string) => entries.filter((entry) => entry.kind === kind);
  return {
    path: 'docs/catalog-resources.md',
    content: [
      `<!-- ${GENERATED} From models/standards/resource-catalog.csv, contracts and models. -->`,
      '',
      '# 信息资源目录对照 Resource catalogue',
      '',
      `The ${items.length} items of the resource catalogue (002:10293-10374) and what holds each: ${items.filter(({ held }) => held !== '').length} held, the others explained. Then the data sets, whose each is, its level, update limit and sharing type. Models and columns: \`anju catalog --kind model --show base.contract\`, page 数据目录, \`meta.catalog_entry\`.`,
      '',
      row(['序号', '资源', '属性', '更新时限', '共享类型', '所在', '说明']),
      rule(7),
      ...items.map((item) =>
        row([
          item.ordinal,
          item.resource,
          item.attribute,
          item.update,
          item.sharing_type,
          item.held === '' ? '' : `\`${item.held}\``,
          item.reason,
        ]),
      ),
      '',
      ...[...reasons].map(([reason, why]) => `- ${reason}: ${why}`),
      '',
      '## 数据集 Data sets',
      '',
      row(['数据集', '名称', '责任方', '级别', '更新时限（天）', '共享类型', '目录资源', '说明']),
      rule(8),
      ...of('dataset').map((one) =>
        row([
          `\`${one.name}\``,
          one.zh,
          one.owner,
          one.level,
          one.update_days || '有变化时',
          one.sharing_type,
          one.resources.join('、'),
          one.explanation,
        ]),
      ),
      '',
    ].join('\n'),
  };
}
