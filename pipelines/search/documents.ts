/** Documents of the operational store as rows to search (002:657): letters, pre-reviews, reports, packages, delivered files. There are no attachments yet. */
import { z } from 'zod';
import { contractsOf } from '../../ingestion/contracts/home.ts';
import type { Platform } from '../../warehouse/platform.ts';
import { letterContentSchema as supervisionContent } from '../alerts/letter.ts';
import { loadReports } from '../catalog/reports.ts';
import { chinaDayOf } from '../../domain/calendar.ts';
import { packageDefinitions } from '../exports/definition.ts';
import { MODELS_DIRECTORY } from '../models-directory.ts';
import { letterContentSchema as qualityContent } from '../quality/letter.ts';
import { replaceTable } from '../replace-table.ts';
import { isBuilt } from '../is-built.ts';

const COLUMNS = {
  ...{ kind: 'String', document_id: 'String', document_no: 'String', title: 'String', about: 'String' },
  ...{ state_zh: 'String', content: 'String', day: 'Nullable(Date32)' },
  ...{ district_code: 'String', district_name: 'String', street_code: 'String', street_name: 'String' },
  ...{ community_code: 'String', community_name: 'String' },
};

interface Place {
  district_code: string;
  street_code: string;
  community_code: string;
}
interface Document extends Place {
  kind: string;
  document_id: string;
  document_no: string;
  title: string;
  about: string;
  state_zh: string;
  content: string;
  /** YYYY-MM-DD */
  day: string | null;
}
type Names = ReadonlyMap<string, string>;

/** Found by those who see the whole city alone. */
const EVERYWHERE: Place = { district_code: '', street_code: '', community_code: '' };
/** The newest; older files are found in the ledger. */
const MOST_DELIVERIES = 200_000;
const LETTER_STATES: Readonly<Record<string, string>> = {
  ...{ draft: '草稿', sent: '已发出', received: '已签收', answered: '已复函', corrected: '已更正' },
  ...{ closed: '已办结' },
};
const VERDICTS = { pass: '通过', doubt: '存疑', refuse: '不通过' } as const;
const DELIVERY_STATES: Readonly<Record<string, string>> = {
  ...{ received: '已接收', loaded: '已装载', repeat: '重复', refused: '拒收', withdrawn: '已撤回' },
};

/** Before the index is brought up to date. @returns whether any document changed */
export async function refreshDocuments(platform: Platform): Promise<boolean> {
  const names = await divisionNames(platform);
  const found = (
    await Promise.all([
      supervisionLetters(platform),
      qualityLetters(platform),
      reviews(platform),
      reports(),
      packages(platform),
      deliveries(platform),
    ])
  ).flat();
  return replaceTable(
    platform,
    'search.document',
    COLUMNS,
    found.map((one) => ({
      ...one,
      district_name: names.get(one.district_code) ?? '',
      street_name: names.get(one.street_code) ?? '',
      community_name: names.get(one.community_code) ?? '',
    })),
  );
}

/** Before the first run there are none. */
async function divisionNames({ warehouse }: Platform): Promise<Names> {
  const options = { lane: 'batch' as const, tag: 'search documents' };
  if (!(await isBuilt(warehouse, 'base.division', options))) return new Map();
  const rows = await warehouse.rows(
    'SELECT division_code, division_name FROM base.division',
    z.object({ division_code: z.string(), division_name: z.string() }),
    options,
  );
  return new Map(rows.map((row) => [row.division_code, row.division_name]));
}

const unique = (texts: readonly string[]): string => [...new Set(texts)].join('、');

async function supervisionLetters({ store }: Platform): Promise<Document[]> {
  const rows = await store.db.selectFrom('supervision_letter').selectAll().orderBy('letter_id').execute();
  return rows.map((row) => {
    const { demand, facts } = supervisionContent.parse(row.content);
    return {
      ...{ kind: 'supervision_letter', document_id: `supervision_letter:${row.letter_id}` },
      ...{ document_no: row.letter_no, title: `督办单 ${row.letter_no}`, about: row.addressee_zh },
      ...{ state_zh: LETTER_STATES[row.state] ?? row.state, day: chinaDayOf(row.created_at) },
      content: [unique(facts.map(({ rule }) => rule)), unique(facts.map((fact) => fact.place)), demand].join(
        ' ',
      ),
      ...{ district_code: row.district_code, street_code: row.street_code },
      community_code: row.community_code,
    };
  });
}

async function qualityLetters({ store }: Platform): Promise<Document[]> {
  const rows = await store.db.selectFrom('quality_letter').selectAll().orderBy('letter_id').execute();
  return rows.map((row) => {
    const { datasets, late } = qualityContent.parse(row.content);
    const said = datasets.flatMap(({ zh, rules }) => [zh, ...rules.map(({ ruleZh }) => ruleZh)]);
    return {
      ...{ kind: 'quality_letter', document_id: `quality_letter:${row.letter_id}` },
      ...{ document_no: row.letter_no, title: `数据质量问题函 ${row.letter_no}`, about: row.owner },
      ...{ state_zh: LETTER_STATES[row.state] ?? row.state, day: chinaDayOf(row.created_at) },
      content: `${row.period_from} 至 ${row.period_to} ${unique([...said, ...late.map(({ zh }) => zh)])}`,
      ...EVERYWHERE,
    };
  });
}

/** A review holds no names and no identity numbers. */
async function reviews({ store }: Platform): Promise<Document[]> {
  const rows = await store.db
    .selectFrom('eligibility_review')
    .select(['review_id', 'application_no', 'day', 'verdict'])
    .select(['district_code', 'street_code', 'community_code'])
    .orderBy('review_id')
    .execute();
  return rows.map(({ review_id, application_no, verdict, ...row }) => ({
    ...{ kind: 'eligibility_review', document_id: `eligibility_review:${review_id}` },
    ...{ document_no: application_no, title: `资格预审 ${application_no}`, about: application_no },
    ...{ state_zh: VERDICTS[verdict], content: '', ...row },
  }));
}

async function reports(): Promise<Document[]> {
  return (await loadReports(MODELS_DIRECTORY)).map((one) => ({
    ...{ kind: 'report', document_id: `report:${one.name}`, document_no: one.name, title: one.zh },
    ...{ about: one.page, state_zh: '', content: one.comment, day: null, ...EVERYWHERE },
  }));
}

async function packages({ store }: Platform): Promise<Document[]> {
  const known = new Map((await packageDefinitions()).map(({ name, zh }) => [name, zh]));
  const rows = await store.db
    .selectFrom('export_package')
    .select(['package_id', 'name', 'receiver', 'sequence', 'as_of', 'file_name', 'state'])
    .orderBy('package_id')
    .execute();
  return rows.map((row) => ({
    ...{ kind: 'export_package', document_id: `export_package:${row.package_id}` },
    ...{ document_no: row.file_name, title: `${known.get(row.name) ?? row.name} 第 ${row.sequence} 号` },
    ...{ about: row.receiver, state_zh: row.state === 'received' ? '已回执' : '已生成', content: row.name },
    ...{ day: row.as_of, ...EVERYWHERE },
  }));
}

async function deliveries({ store, config }: Platform): Promise<Document[]> {
  const contracts = await contractsOf(config);
  const rows = await store.db
    .selectFrom('delivery')
    .select(['delivery_id', 'dataset', 'file_name', 'business_date', 'received_at', 'state'])
    .orderBy('received_at', 'desc')
    .orderBy('delivery_id')
    .limit(MOST_DELIVERIES)
    .execute();
  return rows.map((row) => {
    const dataset = contracts.find(row.dataset);
    return {
      ...{ kind: 'delivery', document_id: `delivery:${row.delivery_id}`, document_no: row.file_name },
      ...{ title: `${dataset?.zh ?? row.dataset} ${row.file_name}`, about: dataset?.owner ?? '' },
      ...{ state_zh: DELIVERY_STATES[row.state] ?? row.state, content: row.dataset },
      ...{ day: row.business_date ?? chinaDayOf(row.received_at), ...EVERYWHERE },
    };
  });
}
