/** Files that follow from the rules and subjects: the model of findings, and the properties of what it reads. */
import { stringify } from 'yaml';
import { GENERATED, type GeneratedFile } from '../../ingestion/generate/file.ts';
import { described, OBJECT_WORDS, watchedProperties } from '../conditions/object.ts';
import type { Subjects } from '../conditions/subjects.ts';
import { violationModelSql } from './compile.ts';
import { type AlertRule, FAMILIES, LEVELS } from './rule.ts';
import { rulesOf } from './shipped.ts';
import { loadSubjects } from './subjects.ts';

/** The model of findings. */
export const VIOLATION_MODEL = 'mart_supervision__violation';

const FOLDER = 'marts/supervision/generated';

/** Those of the rules that come with the product, by path relative to the project. */
export async function shippedAlertFiles(models: string): Promise<GeneratedFile[]> {
  return alertFiles(await rulesOf(models), await loadSubjects(models));
}

export const alertFiles = (rules: readonly AlertRule[], subjects: Subjects): GeneratedFile[] => [
  { path: `${FOLDER}/${VIOLATION_MODEL}.sql`, content: violationModelSql(rules, subjects) },
  { path: `${FOLDER}/alerts.yml`, content: propertiesYaml(rules, subjects) },
];

const FINDING_WORDS: Record<string, string> = {
  rule_zh: '规则名称',
  family_zh: '规则类别名称',
  days_open: '已持续天数',
  evidence_zh: '依据',
  summary_zh: '摘要：不含人员与房间',
  as_of: '数据日期',
};

function propertiesYaml(rules: readonly AlertRule[], subjects: Subjects): string {
  const oneOf = (values: readonly string[]) => ({ accepted_values: { arguments: { values } } });
  const violation = {
    name: VIOLATION_MODEL,
    description: '规则在对象上成立，一规则一对象一行',
    data_tests: [{ unique_combination: { arguments: { columns: ['rule', 'object_key'] } } }],
    columns: [
      { name: 'violation_id', description: '规则与对象的散列，稳定不变', data_tests: ['not_null', 'unique'] },
      { name: 'rule', description: '规则', data_tests: ['not_null', oneOf(rules.map(({ rule }) => rule))] },
      { name: 'family', description: '规则类别', data_tests: [oneOf(Object.keys(FAMILIES))] },
      { name: 'level', description: '级别', data_tests: ['not_null', oneOf(LEVELS)] },
      { name: 'object_kind', description: '对象类别', data_tests: [oneOf([...subjects.keys()])] },
      { name: 'since', description: '自何日起', data_tests: ['not_null'] },
      ...described({ ...OBJECT_WORDS, ...FINDING_WORDS }),
    ],
  };
  return `# ${GENERATED}\n${stringify({ version: 2, models: [violation, ...watchedProperties(subjects, '规则监测')] }, { lineWidth: 120 })}`;
}
