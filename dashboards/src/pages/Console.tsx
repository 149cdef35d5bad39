import { type FormEvent } from 'react';
import { call } from '../api/client.ts';
import { navigate, useQuery, withQuery } from '../router.tsx';
import { useSettings } from '../settings.tsx';
import { columnsOf, DataTable, Pager, type Row } from './DataTable.tsx';
import { fieldTitles, formFields, type OpenApi } from './forms.ts';
import { ResourceForm } from './ResourceForm.tsx';
import { Failure, Shell } from './Shell.tsx';
import { useAsk } from './useAsk.ts';

const PAGE = 50;
const LISTED_COLUMNS = 9;
const resources = [
  { name: 'applications', number: 'applicationNo' },
  { name: 'contracts', number: 'contractNo' },
  { name: 'complaints', number: 'complaintNo' },
] as const;
/** Fields every resource has; the rest is titled by the API's contract. */
const commonTitles: { [field: string]: string } = {
  applicationNo: '申请编号',
  contractNo: '合同编号',
  complaintNo: '投诉编号',
  version: '版本',
  changedAt: '变更时间',
  changedBy: '变更人',
  action: '操作',
  createdAt: '创建时间',
  updatedAt: '更新时间',
};
type Resource = (typeof resources)[number];

const listPath = (resource: Resource) => `/api/${resource.name}`;
const itemPath = (resource: Resource, no: string) => `/api/${resource.name}/${encodeURIComponent(no)}`;

interface RecordProps {
  resource: Resource;
  /** Empty for a new record. */
  no: string;
  contract: OpenApi;
  titles: { [field: string]: string };
  changed: () => void;
}

/** One record: its form, its history, and the way to take it back. */
function Record({ resource, no, contract, titles, changed }: RecordProps) {
  const { t } = useSettings();
  const record = useAsk(`${resource.name}/${no}`, (signal) =>
    no ? call<Row>(itemPath(resource, no), { signal }) : Promise.resolve<Row>({}),
  );
  const history = useAsk(`${resource.name}/${no}/history/${String(record.data?.['version'])}`, (signal) =>
    no
      ? call<{ history: Row[] }>(`${itemPath(resource, no)}/history`, { signal })
      : Promise.resolve({ history: [] }),
  );
  const close = () => navigate(withQuery({ no: null }));
  if (record.error) return <Failure error={record.error} retry={record.again} />;
  if (!record.data) return <p className="nothing">{t('loading')}</p>;
  const row = no ? record.data : null;
  const version = record.data['version'];

  const save = async (values: { [field: string]: unknown }) => {
    if (row) await call(itemPath(resource, no), { method: 'PUT', body: { ...values, version } });
    else await call(listPath(resource), { method: 'POST', body: values });
    changed();
    close();
  };
  const remove = async () => {
    if (!window.confirm(`${t('remove')} ${no}?`)) return;
    await call(`${itemPath(resource, no)}?version=${String(version)}`, { method: 'DELETE' });
    changed();
    close();
  };
  const path = row ? `${listPath(resource)}/{no}` : listPath(resource);
  return (
    <section className="record" aria-label={no || t('create')}>
      <h2>{no || t('create')}</h2>
      <ResourceForm
        key={`${no}/${String(version)}`}
        fields={formFields(contract, path, row ? 'put' : 'post')}
        row={row}
        titles={titles}
        save={save}
        close={close}
      />
      {row && (
        <>
          <h3>{t('history')}</h3>
          {history.error && <Failure error={history.error} retry={history.again} />}
          <DataTable
            label={t('history')}
            columns={columnsOf(history.data?.history ?? [], titles)}
            rows={history.data?.history ?? []}
          />
          <button type="button" className="danger" onClick={() => void remove()}>
            {t('remove')}
          </button>
        </>
      )}
    </section>
  );
}

/** The clerk's plain console: find a record, change it, see who changed it before. */
export function Console() {
  const { lang, t } = useSettings();
  const query = useQuery();
  const resource = resources.find((one) => one.name === query.get('show')) ?? resources[0];
  const q = query.get('q') ?? '';
  const offset = Math.max(0, Number(query.get('offset')) || 0);
  const no = query.get('no');
  const asked = new URLSearchParams({ limit: String(PAGE), offset: String(offset), ...(q ? { q } : {}) });
  const list = useAsk(`${resource.name}?${asked}`, (signal) =>
    call<{ total: number; rows: Row[] }>(`${listPath(resource)}?${asked}`, { signal }),
  );
  const contract = useAsk('openapi', (signal) => call<OpenApi>('/openapi.json', { signal }));
  const search = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const text = String(new FormData(event.currentTarget).get('q') ?? '').trim();
    navigate(withQuery({ q: text || null, offset: null }));
  };
  const titles = {
    ...(lang === 'zh' ? commonTitles : {}),
    ...(contract.data ? fieldTitles(contract.data, listPath(resource)) : {}),
  };
  return (
    <Shell title={t('console')}>
      <div className="choices">
        {resources.map((one) => (
          <button
            key={one.name}
            type="button"
            aria-pressed={one === resource}
            onClick={() => navigate(`/console?show=${one.name}`)}
          >
            {t(`tab_${one.name}`)}
          </button>
        ))}
        <form onSubmit={search} key={`${resource.name}/${q}`}>
          <input type="search" name="q" defaultValue={q} placeholder={t('search')} aria-label={t('search')} />
          <button type="submit">{t('search')}</button>
        </form>
        <button type="button" className="primary" onClick={() => navigate(withQuery({ no: '' }))}>
          {t('create')}
        </button>
      </div>
      {contract.error && <Failure error={contract.error} retry={contract.again} />}
      {no !== null && contract.data && (
        <Record
          key={`${resource.name}/${no}`}
          resource={resource}
          no={no}
          contract={contract.data}
          titles={titles}
          changed={list.again}
        />
      )}
      {list.error && <Failure error={list.error} retry={list.again} />}
      {list.data && (
        <>
          <DataTable
            label={t(`tab_${resource.name}`)}
            columns={columnsOf(list.data.rows, titles).slice(0, LISTED_COLUMNS)}
            rows={list.data.rows}
            onPick={(row) => navigate(withQuery({ no: String(row[resource.number] ?? '') }))}
          />
          <Pager
            total={list.data.total}
            limit={PAGE}
            offset={offset}
            onMove={(to) => navigate(withQuery({ offset: to ? String(to) : null }))}
          />
        </>
      )}
    </Shell>
  );
}
