/** UI TEST FIXTURE: a data set that is late, the mart made of it with two columns, and where a row of it comes from. */
import { score } from './ui-fixture-quality.ts';

const blank = {
  ...{ parent: '', comment: '', type: '', grain: '', level: 2, mask: 'none', updateDays: 0 },
  ...{
    legalBasis: '《公共租赁住房管理办法》第三十条',
    sharingType: '有条件共享',
    resources: [] as string[],
    standardFields: [] as string[],
  },
  ...{ explanation: '', datasets: ['utilities.water_reading'], element: '', term: '', daysLate: 11 },
};
const water = {
  ...{ ...blank, kind: 'dataset', name: 'utilities.water_reading', zh: '水表读数', owner: '供水公司' },
  ...{ grain: '表、日', updateDays: 3 },
};
const mart = {
  ...{ ...blank, kind: 'model', name: 'mart_supervision.violation', zh: '', owner: '住房保障服务中心' },
  ...{ comment: '规则查出的疑似违规', level: 4 },
};
const column = (name: string, term: string) => ({
  ...{ ...mart, kind: 'column', name: `${mart.name}.${name}`, parent: mart.name, zh: '', type: 'String' },
  ...{ comment: name, element: name, term },
});
const columns = [column('violation_id', ''), column('house_code', '房屋代码（GB/T 37346-2019）')];
const standing = {
  ...{ dataset: water.name, owner: water.owner, asOf: '2026-10-31', lastDate: '2026-10-17' },
  ...{ limitDays: 3, daysLate: 11, catalogueDays: 1, catalogueDaysLate: 13, isSlowerThanCatalogue: true },
};
const edge = { model: mart.name, column: 'house_code', how: 'identity' };

export function answerCatalog(url: URL, body: unknown): unknown {
  const { pathname: path, searchParams: query } = url;
  if (path === '/api/catalog') {
    const [q, kind] = [query.get('q') ?? '', query.get('kind')];
    const all = [water, mart, ...columns].filter((one) => kind === null || one.kind === kind);
    return { entries: all.filter((one) => `${one.name} ${one.zh} ${one.comment}`.includes(q)) };
  }
  const detail = { standings: [standing], standing: null };
  if (path === `/api/catalog/dataset/${water.name}`)
    return {
      ...{ ...detail, entry: water, standing, columns: [], reads: [] },
      readBy: [{ kind: 'model', name: mart.name, zh: '' }],
    };
  if (path === `/api/catalog/model/${mart.name}`)
    return {
      ...{ ...detail, entry: mart, columns, readBy: [{ kind: 'metric', name: 'violation_cnt', zh: '违规' }] },
      reads: [{ kind: 'dataset', name: water.name, zh: water.zh }],
    };
  if (path.endsWith('/quality') && path.startsWith('/api/catalog/'))
    return {
      basis: path.includes('/dataset/') ? 'own' : 'datasets',
      score: score(0.95),
      datasets: [{ dataset: water.name, zh: water.zh, owner: water.owner, ...score(0.95) }],
      fields: [],
      days: [1, 2, 3].map((day) => ({ day: `2026-10-0${day}`, ...score(0.9 + day / 100) })),
    };
  if (path === '/api/lineage/columns')
    return {
      edges:
        (body as { direction: string }).direction === 'up'
          ? [{ ...edge, input: 'raw.utilities__water_reading', inputColumn: '房屋编码' }]
          : [],
    };
  if (path === '/api/lineage/rows')
    return {
      relations: [{ relation: 'raw.utilities__water_reading', rows: 2, isTooMany: false, untied: [] }],
      deliveries: [
        {
          ...{ relation: 'raw.utilities__water_reading', dataset: water.name, batchId: 7, deliveryId: 'd1' },
          ...{ fileName: 'water_20261017.csv', sha256: 'ab', businessDate: '2026-10-17' },
          ...{ loadedAt: '2026-10-18T02:00:00Z', certificate: 'c'.repeat(64), rowNos: [3, 4] },
        },
      ],
    };
  return undefined;
}
