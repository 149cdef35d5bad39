/** What every model of watched objects has beside its measures: which object it is, of whom, and where. */
import { groupedBy } from '../grouped-by.ts';
import type { Subject, Subjects } from './subjects.ts';

/** In this order; a finding, or an object with a tag, has them too. */
export const OBJECT_COLUMNS = [
  ...['object_key', 'person_id', 'household_id', 'contract_no', 'enterprise_id', 'dwelling_id', 'house_code'],
  ...['building_no', 'unit_no', 'room_no', 'project_id', 'project_name', 'project_kind', 'allocation_kind'],
  ...['district_code', 'district_name', 'street_code', 'street_name', 'community_code', 'community_name'],
] as const;

/** Of those, what evidence may name besides measures: nothing of a person. */
const SAYABLE: ReadonlySet<string> = new Set(['contract_no', 'project_name', 'street_name']);

/** May evidence about an object name it? */
export const isSayable = (subject: Subject, name: string): boolean =>
  subject.measures[name] !== undefined || SAYABLE.has(name);

export const OBJECT_WORDS: Record<(typeof OBJECT_COLUMNS)[number], string> = {
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

/** Columns of a model as its properties file lists them. */
export const described = (words: Record<string, string>): { name: string; description: string }[] =>
  Object.entries(words).map(([name, description]) => ({ name, description }));

/** Properties of the models of some subjects, for dbt. @param purpose 规则监测, 标签 */
export function watchedProperties(subjects: Subjects, purpose: string): object[] {
  return [...groupedBy([...subjects.values()], ({ model }) => model)].map(([model, own]) => {
    const measures = Object.assign({}, ...own.map((one) => one.measures)) as (typeof own)[0]['measures'];
    const hasKinds = own.some(({ object_kind }) => object_kind !== undefined);
    const key = hasKinds ? ['object_kind', 'object_key'] : ['object_key'];
    return {
      name: model,
      description: `${purpose}的${own.map(({ zh }) => zh).join('、')}，一行一个，截至数据日期`,
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
}
