import { useState } from 'react';
import { instant } from '../format.ts';
import { DataTable } from '../pages/DataTable.tsx';
import { Failure } from '../pages/Shell.tsx';
import { columnsOf, said } from '../pages/titles.ts';
import { useAsk } from '../pages/useAsk.ts';
import { useAttempt } from '../pages/useAttempt.ts';
import { Link } from '../router.tsx';
import { useSession } from '../session.tsx';
import { useSettings } from '../settings.tsx';
import { eligibility, type Outcome, type ReviewDetail, type Verdict } from './api.ts';
import { callTitles, evidenceTitles, outcomeTitles, words } from './words.ts';
import { Members } from './Members.tsx';

/** Refusals first, then doubts: what somebody has to look at. */
const ORDER: readonly Outcome['outcome'][] = ['refuse', 'doubt', 'pass', 'not_applicable'];

/** One pre-review: the verdict, each rule with its reason and clause, and the rows of files it stands on. */
export function ReviewView({ id }: { id: number }) {
  const { lang } = useSettings();
  const answer = useAsk(`review ${id}`, (signal) => eligibility.review(id, signal));
  const rules = useAsk('eligibility rules', eligibility.rules);
  const measures = useAsk('eligibility measures', eligibility.measures);
  const [picked, setPicked] = useState('');
  const word = (name: string) => said(words[name] ?? [name, name], lang);
  if (answer.error) return <Failure error={answer.error} retry={answer.again} />;
  if (!answer.data) return null;
  const { review, members, calls } = answer.data;
  const clauses = new Map(
    rules.data?.rules.map(({ definition }) => [definition.rule, definition.references.join(' ')]),
  );
  const names = new Map(measures.data?.datasets.map(({ number, zh }) => [number, zh]));
  const outcomes = review.outcomes.toSorted(
    (a, b) =>
      Number(a.decides === '') - Number(b.decides === '') ||
      ORDER.indexOf(a.outcome) - ORDER.indexOf(b.outcome),
  );
  const shown = outcomes.find(({ rule }) => rule === picked);
  return (
    <section aria-label={review.applicationNo} data-review={review.verdict}>
      <h2>
        {review.applicationNo} · {word(review.verdict)} · {review.day}
      </h2>
      <p className="hint">
        #{review.reviewId} · {word(review.form)} ·{' '}
        {review.programme === ''
          ? said(['保障项目未知', 'programme not known'], lang)
          : word(review.programme)}{' '}
        · {said(['知晓时点', 'known at'], lang)} {instant(review.knownAt)} · {review.askedBy}
      </p>
      {review.silent.length > 0 && (
        <p className="notice-line" data-silent>
          {said(['尚未答复的数据集(因此至多存疑)：', 'Data sets that have not answered: '], lang)}
          {review.silent.map((number) => names.get(number) ?? number).join('、')}
        </p>
      )}
      <DataTable
        label={said(['逐条规则', 'Rule by rule'], lang)}
        columns={columnsOf(outcomeTitles, lang)}
        rows={outcomes.map((one) => ({
          ...one,
          outcomeText: word(one.outcome),
          decidesText:
            one.decides === '' ? said(['组成其他规则', 'part of others'], lang) : word(one.decides),
          clause: clauses.get(one.rule),
          versionText: one.version === 0 ? said(['随产品', 'shipped'], lang) : `v${one.version}`,
        }))}
        action={(row) =>
          (row['evidence'] as Outcome['evidence']).length > 0 && (
            <button
              type="button"
              aria-pressed={row['rule'] === picked}
              onClick={() => setPicked(row['rule'] === picked ? '' : String(row['rule']))}
            >
              {said(['来源', 'Rows'], lang)} {(row['evidence'] as Outcome['evidence']).length}
            </button>
          )
        }
      />
      {shown && <Evidence outcome={shown} detail={answer.data} />}
      <Members reviewId={id} members={members} />
      <Again id={id} />
      <h2>{said(['调用次数', 'Calls'], lang)}</h2>
      <DataTable
        label={said(['调用次数', 'Calls'], lang)}
        columns={columnsOf(callTitles, lang)}
        rows={calls.filter((one) => one.calls > 0).map((one) => ({ ...one }))}
      />
    </section>
  );
}

/** The rows of files an outcome stands on, each with its file's certificate. */
function Evidence({ outcome, detail }: { outcome: Outcome; detail: ReviewDetail }) {
  const { lang } = useSettings();
  const { me } = useSession();
  const sources = new Map(detail.sources.map((one) => [String(one.batchId), one]));
  const title = said(['来源行', 'Source rows'], lang);
  return (
    <section aria-label={title}>
      <h2>
        {title} · {outcome.zh}
      </h2>
      <DataTable
        label={title}
        columns={columnsOf(evidenceTitles, lang, new Set(['number']))}
        rows={outcome.evidence.map((one) => ({
          ...one,
          file: sources.get(one.batchId)?.fileName,
          delivery: sources.get(one.batchId)?.deliveryId,
        }))}
        action={(row) =>
          typeof row['delivery'] === 'string' &&
          me?.rights.includes('runs:read') && (
            <Link to={`/runs?show=deliveries&delivery=${encodeURIComponent(row['delivery'])}`}>
              {said(['到达凭证', 'Certificate'], lang)}
            </Link>
          )
        }
      />
    </section>
  );
}

/** Works the answer out again as on the day it was given. */
function Again({ id }: { id: number }) {
  const { lang } = useSettings();
  const { error, busy, attempt } = useAttempt();
  const [found, setFound] = useState<{ isSame: boolean; verdict: Verdict } | null>(null);
  return (
    <div className="choices">
      <button
        type="button"
        disabled={busy}
        onClick={() => attempt(async () => setFound(await eligibility.reproduce(id)))}
      >
        {said(['按当时所知重算', 'Work out again as of then'], lang)}
      </button>
      {found && (
        <span className="hint" data-same={found.isSame}>
          {said(words[found.verdict] ?? ['', ''], lang)} ·{' '}
          {found.isSame
            ? said(['与当时答复一致', 'the same answer'], lang)
            : said(['与当时答复不同', 'another answer'], lang)}
        </span>
      )}
      {error && <Failure error={error} />}
    </div>
  );
}
