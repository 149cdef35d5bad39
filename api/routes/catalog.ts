import { catalogDetail, searchCatalog } from '../../pipelines/catalog/ask.ts';
import { type Endpoint, endpoint } from '../endpoint.ts';
import { catalogAnswer, catalogDetailSchema, catalogName, catalogQuestion } from '../operations/catalog.ts';

/** 数据目录, 数据字典: what there is, whose it is and under which conditions. It names nobody, so words may stand in addresses. */
export const catalogEndpoints: Endpoint[] = [
  endpoint({
    method: 'get',
    path: '/api/catalog',
    summary: 'Data sets, models, columns, metrics and exports that hold every word of `q`; names first',
    tag: 'catalog',
    right: 'runs:read',
    query: catalogQuestion,
    answer: catalogAnswer,
    handler: async ({ platform, query }) => ({ entries: await searchCatalog(platform.warehouse, query) }),
  }),
  endpoint({
    method: 'get',
    path: '/api/catalog/:kind/:name',
    summary: 'One entry, its columns, and a data set’s standing against its update limit',
    tag: 'catalog',
    right: 'runs:read',
    params: catalogName,
    answer: catalogDetailSchema,
    handler: ({ platform, params }) => catalogDetail(platform.warehouse, params),
  }),
];
