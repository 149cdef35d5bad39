import { useState } from 'react';
import { instant } from '../format.ts';
import { DataTable } from '../pages/DataTable.tsx';
import { isReason, ReasonField } from '../pages/ReasonField.tsx';
import { Failure, Shell } from '../pages/Shell.tsx';
import { type Both, columnsOf, said } from '../pages/titles.ts';
import { useAsk } from '../pages/useAsk.ts';
import { useAttempt } from '../pages/useAttempt.ts';
import { navigate, useQuery, withQuery } from '../router.tsx';
import { useSession } from '../session.tsx';
import { useSettings } from '../settings.tsx';
import { drift, type Drift as Report, type DriftState, type LandedAgain } from './api.ts';

const titles = {
  dataset: ['数据集', 'Data set'],
  owner: ['责任单位', 'Agency'],
  entityText: ['对象', 'What'],
  column: ['列', 'Column'],
  changeText: ['变化', 'Change'],
  detail: ['说明', 'Detail'],
  shareText: ['涉及行', 'Rows'],
  policyText: ['处理策略', 'Policy'],
  deliveries: ['涉及交付', 'Deliveries'],
  lastSeen: ['最近一次', 'Last seen'],
  stateText: ['状态', 'State'],
} as const;
const words: Record<string, Both> = {
  open: ['待处理', 'open'],
  accepted: ['已接受', 'accepted'],
  rejected: ['未接受', 'declined'],
  table: ['表', 'table'],
  column: ['列', 'column'],
  type: ['取值', 'values'],
  new_column: ['新增列', 'new column'],
  missing_column: ['缺少列', 'column missing'],
  failing_values: ['取值不合规则', 'values fail'],
  unknown_table: ['未知的表', 'unknown table'],
  note: ['仅记录', 'noted'],
  evolve: ['自动演进', 'evolves'],
  freeze: ['拒收', 'refused'],
  quarantine: ['隔离', 'quarantined'],
  refused: ['拒收', 'refused'],
  by_name: ['该列专门约定', 'by name'],
};
const figures = new Set(['shareText', 'deliveries']);
const states: DriftState[] = ['open', 'accepted', 'rejected'];

/** What sources changed without a word: in which deliveries, what it would mean for the contract, and somebody's answer. */
export function Drift() {
  const { t, lang } = useSettings();
  const query = useQuery();
  const asked = new URLSearchParams();
  const state = query.get('state');
  if (state) asked.set('state', state);
  const list = useAsk(`drift ${asked}`, (signal) => drift.list(asked, signal));
  const word = (name: string) => said(words[name] ?? [name, name], lang);
  const reports = list.data?.reports ?? [];
  const open = reports.find(({ driftId }) => driftId === query.get('id'));
  return (
    <Shell title={t('drift')}>
      <div className="choices">
        <select
          value={state ?? ''}
          onChange={(event) => navigate(withQuery({ state: event.target.value || null, id: null }))}
          aria-label={titles.stateText[0]}
        >
          <option value="">{t('allStates')}</option>
          {states.map((one) => (
            <option key={one} value={one}>
              {word(one)}
            </option>
          ))}
        </select>
        <button type="button" onClick={list.again} disabled={list.busy}>
          {t('refresh')}
        </button>
      </div>
      {list.error && <Failure error={list.error} retry={list.again} />}
      {list.data && (
        <DataTable
          label={t('driftSeen')}
          columns={columnsOf(titles, lang, figures)}
          rows={reports.map((one) => ({
            ...one,
            entityText: word(one.entity),
            changeText: word(one.change),
            policyText: one.isNamed ? `${word(one.policy)} · ${word('by_name')}` : word(one.policy),
            stateText: word(one.state),
            shareText: `${(one.share * 100).toFixed(1)} %`,
            lastSeen: instant(one.lastSeen),
          }))}
          onPick={(row) => navigate(withQuery({ id: String(row['driftId']) }))}
        />
      )}
      {open && <Decision key={open.driftId} report={open} onDone={list.again} />}
    </Shell>
  );
}

/** The change proposed, and the answer to it of whoever may change contracts. */
function Decision({ report, onDone }: { report: Report; onDone: () => void }) {
  const { t, lang } = useSettings();
  const { me } = useSession();
  const { error, busy, attempt } = useAttempt();
  const [reason, setReason] = useState('');
  const [done, setDone] = useState('');
  const landedText = ({ batches, rows }: LandedAgain): string =>
    `${t('driftLandedAgain')} ${batches.join(', ')} · ${rows} ${t('driftRows')}`;
  const decide = (decision: 'accept' | 'reject') =>
    attempt(async () => {
      const accepted = decision === 'accept' ? await drift.accept(report.driftId, reason) : null;
      await (decision === 'reject' ? drift.reject(report.driftId, reason) : undefined);
      const version = accepted?.version ? ` v${accepted.version}` : '';
      const landed = accepted?.landedAgain ? landedText(accepted.landedAgain) : '';
      setDone(
        `${said(words[decision === 'accept' ? 'accepted' : 'rejected'] ?? ['', ''], lang)}${version} ${landed || (accepted?.text ?? '')}`,
      );
      onDone();
    });
  const mayDecide = (me?.rights.includes('contracts:manage') ?? false) && report.state === 'open' && !done;
  const mayLandAgain =
    (me?.rights.includes('contracts:manage') ?? false) &&
    report.state === 'accepted' &&
    report.lacking.length > 0;
  const landAgain = () =>
    attempt(async () => {
      setDone(landedText(await drift.landAgain(report.driftId, reason)));
      onDone();
    });
  const isReady = isReason(reason) && !busy;
  return (
    <section aria-label={t('driftProposal')} data-proposal>
      <h2>
        {t('driftProposal')} · {report.dataset} v{report.contractVersion} · {report.column}
      </h2>
      <p>{report.proposal.text}</p>
      <ul>
        {report.proposal.patch.map((one, i) => (
          <li key={i}>
            {one.op} {one.path} {one.value === undefined ? '' : JSON.stringify(one.value)}
          </li>
        ))}
      </ul>
      <p className="hint">
        {instant(report.firstSeen)} – {instant(report.lastSeen)}
        {report.deliveryId && (
          <>
            {' · '}
            <a href={`/runs?delivery=${report.deliveryId}`}>{t('certificate')}</a>
          </>
        )}
        {report.decidedBy && ` · ${report.decidedBy}: ${report.reason ?? ''}`}
      </p>
      {report.lacking.length > 0 && (
        <p className="hint">
          {t(report.entity === 'table' ? 'driftHeld' : 'driftLacking')}{' '}
          {report.lacking
            .map((one) => `${one.batchId} (${one.fileName}, ${one.rows} ${t('driftRows')})`)
            .join(lang === 'zh' ? '；' : '; ')}
        </p>
      )}
      {error && <Failure error={error} />}
      {done && (
        <p className="notice-line" role="status">
          {done}
        </p>
      )}
      {mayDecide && (
        <div className="choices" role="group">
          <ReasonField value={reason} onChange={setReason} />
          <button type="button" disabled={!isReady} onClick={() => decide('accept')}>
            {t('accept')}
          </button>
          <button type="button" disabled={!isReady} onClick={() => decide('reject')}>
            {t('decline')}
          </button>
        </div>
      )}
      {mayLandAgain && (
        <div className="choices" role="group">
          <ReasonField value={reason} onChange={setReason} />
          <button type="button" disabled={!isReady} onClick={landAgain}>
            {t('driftLandAgain')}
          </button>
        </div>
      )}
    </section>
  );
}
