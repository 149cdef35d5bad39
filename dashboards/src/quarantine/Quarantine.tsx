import './quarantine.css';
import type { FormEvent } from 'react';
import { instant } from '../format.ts';
import { DataTable, Pager } from '../pages/DataTable.tsx';
import { Failure, Shell } from '../pages/Shell.tsx';
import { type Both, columnsOf } from '../pages/titles.ts';
import { useAsk } from '../pages/useAsk.ts';
import { navigate, useQuery, withQuery } from '../router.tsx';
import { useSettings } from '../settings.tsx';
import { type Count, type ItemState, quarantine } from './api.ts';
import { BulkActions } from './BulkActions.tsx';
import { ItemView } from './ItemView.tsx';
import { word } from './words.ts';

const PAGE = 50;
const states: ItemState[] = ['open', 'claimed', 'mended', 'accepted', 'returned'];
const countTitles = {
  owner: ['责任单位', 'Agency'],
  zh: ['数据集', 'Data set'],
  ruleZh: ['问题', 'Problem'],
  column: ['字段', 'Field'],
  waiting: ['待处理', 'Waiting'],
  week: ['7 天内', '≤ 7 days'],
  month: ['8–30 天', '8–30 days'],
  older: ['30 天以上', '> 30 days'],
  mended: ['已修复', 'Mended'],
  accepted: ['已接受', 'Accepted'],
  returned: ['已退回', 'Returned'],
} as const;
const itemTitles = {
  batch: ['批次', 'Batch'],
  rowNo: ['行号', 'Row'],
  owner: ['责任单位', 'Agency'],
  zh: ['数据集', 'Data set'],
  fileName: ['文件', 'File'],
  column: ['字段', 'Field'],
  ruleZh: ['问题', 'Problem'],
  value: ['值（已脱敏）', 'Value (masked)'],
  stateText: ['状态', 'State'],
  author: ['经办', 'By'],
  loadedAt: ['到达时间', 'Arrived'],
} as const;
const figures = new Set([
  'waiting',
  'week',
  'month',
  'older',
  'mended',
  'accepted',
  'returned',
  'rowNo',
  'batch',
]);

/** Rows that were turned away: who sent them, what is wrong, and what is done about it. */
export function Quarantine() {
  const { t, lang } = useSettings();
  const query = useQuery();
  const [batch, row] = [query.get('batchNo'), query.get('row')];
  const filter = new URLSearchParams();
  for (const name of ['dataset', 'owner', 'rule', 'field', 'state', 'batchId']) {
    const value = query.get(name);
    if (value) filter.set(name, value);
  }
  const offset = Number(query.get('offset') ?? 0);
  const narrowed = new URLSearchParams(filter);
  narrowed.delete('state');
  const counts = useAsk(`counts ${narrowed}`, (signal) => quarantine.counts(narrowed, signal));
  const asked = new URLSearchParams(filter);
  asked.set('limit', String(PAGE));
  asked.set('offset', String(offset));
  const list = useAsk(`list ${asked}`, (signal) => quarantine.list(asked, signal));
  const again = () => {
    counts.again();
    list.again();
  };
  const titled = (titles: Readonly<Record<string, Both>>) => columnsOf(titles, lang, figures);
  const narrow = (one: Count) =>
    navigate(withQuery({ dataset: one.dataset, rule: one.rule, field: one.field || null, offset: null }));
  const find = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const text = (name: string) => String(form.get(name) ?? '').trim() || null;
    navigate(
      withQuery({ owner: text('owner'), state: text('state'), batchId: text('batchId'), offset: null }),
    );
  };
  if (batch && row) return <ItemView batch={batch} row={row} />;
  const isNarrowed = [...filter.keys()].length > 0;
  return (
    <Shell title={t('quarantine')}>
      <form className="choices" onSubmit={find} key={filter.toString()}>
        <input
          name="owner"
          defaultValue={filter.get('owner') ?? ''}
          placeholder={itemTitles.owner[lang === 'zh' ? 0 : 1]}
          aria-label={itemTitles.owner[0]}
        />
        <input
          name="batchId"
          inputMode="numeric"
          pattern="\d*"
          defaultValue={filter.get('batchId') ?? ''}
          placeholder={itemTitles.batch[lang === 'zh' ? 0 : 1]}
          aria-label={itemTitles.batch[0]}
        />
        <select name="state" defaultValue={filter.get('state') ?? ''} aria-label={itemTitles.stateText[0]}>
          <option value="">{t('allStates')}</option>
          {states.map((one) => (
            <option key={one} value={one}>
              {word(one, lang)}
            </option>
          ))}
        </select>
        <button type="submit">{t('search')}</button>
        <button type="button" onClick={again} disabled={counts.busy || list.busy}>
          {t('refresh')}
        </button>
        {isNarrowed && (
          <button type="button" onClick={() => navigate('/quarantine')}>
            {t('showAll')}
          </button>
        )}
      </form>
      {counts.error && <Failure error={counts.error} retry={counts.again} />}
      {counts.data && (
        <DataTable
          label={t('quarantineCounts')}
          columns={titled(countTitles)}
          rows={counts.data.counts.map((one) => ({ ...one, waiting: one.open + one.claimed }))}
          onPick={(picked) => narrow(picked as unknown as Count)}
        />
      )}
      <h2>{t('quarantineRows')}</h2>
      {filter.get('dataset') && <BulkActions filter={filter} onDone={again} />}
      {list.error && <Failure error={list.error} retry={list.again} />}
      {list.data && (
        <>
          <DataTable
            label={t('quarantineRows')}
            columns={titled(itemTitles)}
            rows={list.data.items.map((one) => ({
              ...one,
              batch: one.batchId,
              stateText: word(one.state, lang),
              loadedAt: instant(one.loadedAt),
            }))}
            onPick={(picked) =>
              navigate(withQuery({ batchNo: String(picked['batchId']), row: String(picked['rowNo']) }))
            }
          />
          <Pager
            total={list.data.total}
            limit={PAGE}
            offset={offset}
            onMove={(to) => navigate(withQuery({ offset: String(to) }))}
          />
        </>
      )}
    </Shell>
  );
}
