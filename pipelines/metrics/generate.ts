/** Files that follow from the metrics and are checked in: `npm run generate` writes them, CI compares them. */
import { AppError } from '../../domain/errors.ts';
import { GENERATED } from '../../ingestion/generate/file.ts';
import type { GeneratedFile } from '../../ingestion/generate/file.ts';
import { loadProject } from '../dbt/project.ts';
import type { Project } from '../dbt/resolve.ts';
import { relationName } from '../dbt/types.ts';
import { loadMetrics } from './definition.ts';
import type { Metric } from './definition.ts';
import { kpiDayModelSql } from './kpi-day.ts';

/**
 * The files of the repository's own `models/`, for `npm run generate`.
 * @param made models that other generators write, by path relative to the project: metrics may read them
 */
export async function generatedMetricFiles(
  models: string,
  made: readonly GeneratedFile[],
): Promise<GeneratedFile[]> {
  return metricFiles(await loadMetrics(`${models}/metrics`), await loadProject(models, made));
}

/** Throws `bad_configuration` when a metric's mart is no model of the project. */
export function metricFiles(metrics: Metric[], project: Project): GeneratedFile[] {
  const names = new Map([...project.nodes.values()].map((node) => [relationName(node.relation), node.name]));
  const refOf = (model: string): string => {
    const name = names.get(model);
    if (name !== undefined) return name;
    throw new AppError('bad_configuration', `No dbt model builds ${model}, which a metric reads.`, {
      where: { model },
      fix: 'Mend the metric or add the model.',
    });
  };
  return [
    {
      path: 'models/marts/decision/generated/mart_decision__kpi_day.sql',
      content: kpiDayModelSql(metrics, refOf),
    },
    { path: 'models/marts/decision/generated/mart_decision__kpi_day.yml', content: PROPERTIES },
  ];
}

const PROPERTIES = `# ${GENERATED}
version: 2
models:
  - name: mart_decision__kpi_day
    description: 指标日快照：每个存量指标在市、区县、街道、社区四级的每日值
    data_tests:
      - unique_combination:
          arguments: { columns: [as_of, metric, level, district_code, street_code, community_code] }
    columns:
      - { name: as_of, description: 数据日期 }
      - { name: metric, description: 指标名 }
      - name: level
        description: 区划级别
        data_tests:
          - accepted_values: { arguments: { values: [city, district, street, community] } }
      - { name: district_code, description: 区县代码 }
      - { name: street_code, description: 街道代码 }
      - { name: community_code, description: 社区代码 }
      - { name: value, description: 指标值 }
      - { name: numerator, description: 分子；计数与求和即为值 }
      - { name: denominator, description: 分母；计数与求和为 1 }
`;
