/** Files that follow from the rules and subjects: the model of findings, and the properties of what it reads. */
import { stringify } from 'yaml';
import { GENERATED, type GeneratedFile } from '../../ingestion/generate/file.ts';
import type { Subjects } from '../conditions/subjects.ts';
import { groupedBy } from '../grouped-by.ts';
import { type OBJECT_COLUMNS, violationModelSql } from './compile.ts';
import { type AlertRule, FAMILIES, LEVELS } from './rule.ts';
import { rulesOf } from './shipped.ts';
import { loadSubjects } from './subjects.ts';

const FOLDER = 'marts/supervision/generated';

/** Those of the rules that come with the product, by path relative to the project. */
export async function shippedAlertFiles(models: string): Promise<GeneratedFile[]> {
  return alertFiles(await rulesOf(models), await loadSubjects(models));
}

const alertFiles = (rules: readonly AlertRule[], subjects: Subjects): GeneratedFile[] => [
  { path: `${FOLDER}/mart_supervision__violation.sql`, content: violationModelSql(rules, subjects) },
  { path: `${FOLDER}/alerts.yml`, content: propertiesYaml(rules, subjects) },
];

const OBJECT_WORDS: Record<(typeof OBJECT_COLUMNS)[number], string> = {
  object_key: '对象编号',
  person_id: '人员',
  household_id: '家庭',
  contract_no: '合同编号',
  enterprise_id: '企业',
  dwelling_id: '房源',
  house_code: '房屋编码',
  building_no: '幢',
  unit_no: '单元',
  room_no: '室',
  project_id: '项目',
  project_name: '项目名称',
  project_kind: '保障类型',
  allocation_kind: '配租类型',
  district_code: '区代码',
  district_name: '区',
  street_code: '街道代码',
  street_name: '街道',
  community_code: '社区代码',
  community_name: '社区',
};

const FINDING_WORDS: Record<string, string> = {
  rule_zh: '规则名称',
  family_zh: '规则类别名称',
  days_open: '已持续天数',
  evidence_zh: '依据',
  summary_zh: '摘要：不含人员与房间',
  as_of: '数据日期',
};

function propertiesYaml(rules: readonly AlertRule[], subjects: Subjects): string {
  const described = (words: Record<string, string>) =>
    Object.entries(words).map(([name, description]) => ({ name, description }));
  const oneOf = (values: readonly string[]) => ({ accepted_values: { arguments: { values } } });
  const watched = [...groupedBy([...subjects.values()], ({ model }) => model)].map(([model, own]) => {
    const measures = Object.assign({}, ...own.map((one) => one.measures)) as (typeof own)[0]['measures'];
    const hasKinds = own.some(({ object_kind }) => object_kind !== undefined);
    const key = hasKinds ? ['object_kind', 'object_key'] : ['object_key'];
    return {
      name: model,
      description: `规则监测的${own.map(({ zh }) => zh).join('、')}，一行一个，截至数据日期`,
      data_tests: [{ unique_combination: { arguments: { columns: key } } }],
      columns: [
        ...(hasKinds ? [{ name: 'object_kind', description: '对象类别' }] : []),
        ...described(OBJECT_WORDS),
        ...Object.entries(measures)
          .filter(([name]) => !(name in OBJECT_WORDS))
          .map(([name, { zh, unit }]) => ({
            name,
            description: unit === undefined ? zh : `${zh}(${unit})`,
          })),
      ],
    };
  });
  const violation = {
    name: 'mart_supervision__violation',
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
  return `# ${GENERATED}\n${stringify({ version: 2, models: [violation, ...watched] }, { lineWidth: 120 })}`;
}
