/** UI TEST FIXTURE: answers for the page of data quality. */
const dimension = (score: number | null) => ({
  good: (score ?? 0) * 1000,
  total: score === null ? 0 : 1000,
  score,
});
export const score = (overall: number) => ({
  overall,
  dimensions: {
    ...{ accuracy: dimension(overall), completeness: dimension(0.9995), consistency: dimension(null) },
    ...{
      validity: dimension(0.98),
      uniqueness: dimension(1),
      timeliness: dimension(0.95),
      stability: dimension(0.995),
    },
  },
});
const water = { dataset: 'utilities.water_reading', zh: '水表读数', owner: '供水公司' };
const letter = {
  ...{
    letterId: 1,
    letterNo: '安居质函〔2026〕1号',
    owner: '供水公司',
    from: '2026-10-01',
    to: '2026-10-31',
  },
  ...{ state: 'sent', deadline: '2026-11-30', version: 2, landed: 31000, bad: 42 },
};

/** What the page asks, or undefined for other paths. */
export function qualityAnswer(path: string): object | undefined {
  switch (path) {
    case '/api/quality/scores':
      return {
        owners: [
          { owner: '供水公司', datasets: 1, ...score(0.875) },
          { owner: '市公安局', datasets: 3, ...score(0.9991) },
        ],
        datasets: [
          { ...water, ...score(0.875) },
          { dataset: 'police.migration', zh: '户籍迁移', owner: '市公安局', ...score(0.9991) },
        ],
      };
    case '/api/quality/trend':
      return { days: [1, 2, 3, 4, 5].map((day) => ({ day: `2026-10-0${day}`, ...score(0.97 + day / 200) })) };
    case '/api/quality/fields/utilities.water_reading':
      return {
        fields: [{ field: 'fee', column: '水费金额', ...score(0.96) }],
        rules: [
          {
            dataset: water.dataset,
            owner: water.owner,
            field: 'fee',
            rule: 'negative',
            marked: 40,
            quarantined: 2,
          },
        ],
      };
    case '/api/quality/rows':
      return {
        rows: [{ 数据集: '水表读数', 批次: 7, 数据行号: 3, 字段: '水费金额', 规则: '数值为负', 值: '-3' }],
      };
    case '/api/quality/anomalies':
      return {
        anomalies: [
          {
            ...{ day: '2026-10-20', dataset: water.dataset, owner: water.owner, kind: 'lateness' },
            explanation: '“水表读数”最近一期为 2026-10-16，契约更新时限为 3 天',
          },
        ],
      };
    case '/api/quality/intervals':
      return {
        asOf: '2026-10-20',
        counts: [
          {
            rule: 'contracts_overlap',
            ruleZh: '同一房源的合同期限重叠',
            agency: '住房保障服务中心',
            findings: 1,
          },
          { rule: 'meter_reading_gap', ruleZh: '表计读数中断', agency: '供水公司', findings: 3 },
        ],
        total: 1,
        findings: [
          {
            ...{ rule: 'contracts_overlap', ruleZh: '同一房源的合同期限重叠', agency: '住房保障服务中心' },
            ...{ dataset: 'operations.contract', zh: '租赁合同', subjectKind: 'contract' },
            ...{ subjectNo: 'HT2', otherNo: 'HT1', from: '2026-01-01', to: '2026-03-31' },
          },
        ],
      };
    case '/api/quality/intervals/rows':
      return {
        subjects: [
          {
            ...{ subject: 'contract', zh: '合同', model: 'base.contract' },
            columns: [
              { name: 'contract_no', zh: '合同编号' },
              { name: 'tenant_name', zh: '承租人姓名' },
            ],
            rows: ['HT1', 'HT2'].map((contract_no) => ({ contract_no, tenant_name: '张*' })),
          },
        ],
      };
    case '/api/quality/letters':
      return { letters: [letter] };
    default:
      return undefined;
  }
}
