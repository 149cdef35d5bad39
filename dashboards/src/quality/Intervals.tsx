import { useState } from 'react';
import { DataTable, Pager } from '../pages/DataTable.tsx';
import { Failure } from '../pages/Shell.tsx';
import { columnsOf, said } from '../pages/titles.ts';
import { useAsk } from '../pages/useAsk.ts';
import { Link, navigate, useQuery, withQuery } from '../router.tsx';
import { useSettings } from '../settings.tsx';
import { type Interval, quality } from './api.ts';

const PAGE = 50;
const countTitles = {
  ruleZh: ['类别', 'Kind'],
  agency: ['责任单位', 'Agency'],
  findings: ['条数', 'Findings'],
} as const;
const titles = {
  ruleZh: ['类别', 'Kind'],
  agency: ['责任单位', 'Agency'],
  zh: ['数据集', 'Data set'],
  subjectText: ['对象', 'What'],
  subjectNo: ['编号', 'Number'],
  otherNo: ['与之冲突或缺失', 'Clashes with, or lacks'],
  from: ['自', 'From'],
  to: ['至', 'To'],
} as const;
const kinds: Record<string, readonly [string, string]> = {
  dwelling: ['房源', 'dwelling'],
  contract: ['合同', 'contract'],
  occupant: ['入住人员', 'occupant'],
  meter: ['表计', 'meter'],
  division: ['身份号码区划', 'division of a number'],
};
const FIGURES = new Set(['findings']);

/** 期限与归属矛盾: gaps, overlaps and orphans between dwelling, contract, occupant and meter, from the counts down to the rows. */
export function Intervals({ owner }: { owner: string | null }) {
  const { t, lang } = useSettings();
  const query = useQuery();
  const rule = query.get('rule');
  const offset = Math.max(0, Number(query.get('offset')) || 0);
  const [open, setOpen] = useState<Interval | null>(null);
  const asked = new URLSearchParams({
    ...(owner ? { owner } : {}),
    ...(rule ? { rule } : {}),
    limit: String(PAGE),
    offset: String(offset),
  });
  const answer = useAsk(`intervals ${asked}`, (signal) => quality.intervals(asked, signal));
  if (answer.error) return <Failure error={answer.error} retry={answer.again} />;
  if (!answer.data) return <p className="nothing">{t('loading')}</p>;
  const { counts, findings, total, asOf } = answer.data;
  const named = counts.find((one) => one.rule === rule);
  const narrow = (changes: Record<string, string | null>) => {
    setOpen(null);
    navigate(withQuery({ offset: null, ...changes }));
  };
  return (
    <>
      <h2>
        {t('qualityIntervals')}
        {asOf && <small> {asOf}</small>}
      </h2>
      {rule && (
        <div className="choices">
          <button type="button" onClick={() => narrow({ rule: null })}>
            {named?.ruleZh ?? rule} ✕
          </button>
        </div>
      )}
      <DataTable
        label={t('qualityIntervalCounts')}
        columns={columnsOf(countTitles, lang, FIGURES)}
        rows={counts
          .filter((one) => (!owner || one.agency === owner) && (!rule || one.rule === rule))
          .map((one) => ({ ...one }))}
        onPick={(row) => narrow({ rule: String(row['rule']), owner: String(row['agency']) })}
      />
      <DataTable
        label={t('qualityIntervals')}
        columns={columnsOf(titles, lang, FIGURES)}
        rows={findings.map((one, at) => ({
          ...one,
          at,
          subjectText: said(kinds[one.subjectKind] ?? [one.subjectKind, one.subjectKind], lang),
        }))}
        onPick={(row) => setOpen(findings[Number(row['at'])] ?? null)}
      />
      <Pager
        total={total}
        limit={PAGE}
        offset={offset}
        onMove={(to) => narrow({ offset: to ? String(to) : null })}
      />
      {open && <Rows key={`${open.rule} ${open.subjectNo} ${open.otherNo}`} of={open} />}
    </>
  );
}

/** The rows a finding names; what is missing is said to be. */
function Rows({ of }: { of: Interval }) {
  const { t, lang } = useSettings();
  const answer = useAsk(`interval ${of.subjectKind} ${of.subjectNo} ${of.otherNo}`, (signal) =>
    quality.intervalRows(of, signal),
  );
  if (answer.error) return <Failure error={answer.error} retry={answer.again} />;
  if (!answer.data) return <p className="nothing">{t('loading')}</p>;
  return (
    <section data-interval={of.subjectNo}>
      <h2>
        {of.ruleZh} · {of.subjectNo}
      </h2>
      {answer.data.subjects.length === 0 && <p className="nothing">{t('qualityIntervalMissing')}</p>}
      {answer.data.subjects.map(({ subject, zh, model, columns, rows }) => (
        <section key={subject}>
          <h3>
            {said(kinds[subject] ?? [zh, subject], lang)}{' '}
            <Link to={`/catalog?of=model&name=${encodeURIComponent(model)}`}>{t('catalog')}</Link>
          </h3>
          <DataTable
            label={`${zh} ${of.subjectNo}`}
            columns={columns.map((column) => ({
              name: column.name,
              title: lang === 'zh' ? column.zh : column.name,
            }))}
            rows={rows}
          />
        </section>
      ))}
    </section>
  );
}
