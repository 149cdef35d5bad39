import { searchCatalog } from '../../pipelines/catalog/ask.ts';
import { catalogDetail } from '../../pipelines/catalog/detail.ts';
import { type Endpoint, endpoint } from '../endpoint.ts';
import {
  catalogAnswer,
  catalogDetailSchema,
  catalogName,
  catalogQualitySchema,
  catalogQuestion,
  qualityOfEntry,
} from '../operations/catalog.ts';

/** 数据目录, 数据字典: what there is, whose it is and under which conditions. It names nobody, so words may stand in addresses. */
export const catalogEndpoints: Endpoint[] = [
  endpoint({
    method: 'get',
    path: '/api/catalog',
    summary:
      'Data sets, models, columns, metrics, exports and reports that hold every word of `q`; names first',
    tag: 'catalog',
    right: 'runs:read',
    query: catalogQuestion,
    answer: catalogAnswer,
    handler: async ({ platform, query }) => ({ entries: await searchCatalog(platform.warehouse, query) }),
  }),
  endpoint({
    method: 'get',
    path: '/api/catalog/:kind/:name',
    summary:
      'One entry, its columns, what it reads and who reads it, and how its data sets stand against their update limits',
    tag: 'catalog',
    right: 'runs:read',
    params: catalogName,
    answer: catalogDetailSchema,
    handler: ({ platform, params }) => catalogDetail(platform.warehouse, params),
  }),
  endpoint({
    method: 'get',
    path: '/api/catalog/:kind/:name/quality',
    summary:
      'How good an entry is, by dimension and business day: a data set as measured, everything else as the data sets or fields it is made of',
    tag: 'catalog',
    right: 'runs:read',
    params: catalogName,
    answer: catalogQualitySchema,
    handler: ({ platform, params }) => qualityOfEntry(platform, params),
  }),
];
