import { type FormEvent, useState } from 'react';
import { instant } from '../format.ts';
import { Choices } from '../pages/Choices.tsx';
import { DataTable, Pager } from '../pages/DataTable.tsx';
import { Failure } from '../pages/Shell.tsx';
import { columnsOf, said } from '../pages/titles.ts';
import { useAsk } from '../pages/useAsk.ts';
import { useAttempt } from '../pages/useAttempt.ts';
import { navigate, useQuery, withQuery } from '../router.tsx';
import { useSession } from '../session.tsx';
import { useSettings } from '../settings.tsx';
import { eligibility } from './api.ts';
import { Reviews } from './Reviews.tsx';
import { ReviewView } from './ReviewView.tsx';
import { pendingTitles, PROGRAMMES, reviewTitles, words } from './words.ts';

const AT_ONCE = 50;
const lists = ['open', 'suspended'] as const;

/** Applications that wait, those that stand still, and the pre-reviews of one. */
export function Cases() {
  const query = useQuery();
  const { me } = useSession();
  const application = query.get('application');
  const review = Number(query.get('review') ?? '0');
  const [asked, setAsked] = useState(0);
  return (
    <>
      {me?.rights.includes('eligibility:review') && (
        <Ask
          key={application ?? ''}
          application={application ?? ''}
          onAsked={(applicationNo, id) => {
            setAsked(asked + 1);
            navigate(withQuery({ application: applicationNo, review: String(id) }));
          }}
        />
      )}
      {review > 0 && <ReviewView key={review} id={review} />}
      {application && <ReviewsOf key={`${application} ${asked}`} applicationNo={application} />}
      <Waiting key={asked} />
      <Reviews key={`found ${asked}`} />
    </>
  );
}

/** Asks for a pre-review of an application, as of a day. */
function Ask({
  application,
  onAsked,
}: {
  application: string;
  onAsked: (applicationNo: string, reviewId: number) => void;
}) {
  const { lang } = useSettings();
  const { error, busy, attempt } = useAttempt();
  const [number, setNumber] = useState(application);
  const [day, setDay] = useState('');
  const [programme, setProgramme] = useState('');
  const ask = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    attempt(async () => {
      const { applicationNo, reviewId } = await eligibility.ask({
        applicationNo: number.trim(),
        ...(day === '' ? {} : { day }),
        ...(programme === '' ? {} : { programme }),
      });
      onAsked(applicationNo, reviewId);
    });
  };
  const title = said(['申请编号', 'Application number'], lang);
  const whatFor = said(['申请的保障项目', 'Programme applied for'], lang);
  return (
    <form className="choices" onSubmit={ask} aria-label={said(['预审', 'Pre-review'], lang)}>
      <input
        value={number}
        required
        pattern="[A-Za-z0-9_\-]+"
        maxLength={40}
        placeholder={title}
        aria-label={title}
        onChange={(event) => setNumber(event.target.value)}
      />
      <label>
        {said(['数据日期(空为最新)', 'As of (latest unless given)'], lang)}{' '}
        <input type="date" value={day} onChange={(event) => setDay(event.target.value)} />
      </label>
      <select value={programme} aria-label={whatFor} onChange={(event) => setProgramme(event.target.value)}>
        <option value="">{said(['保障项目未知', 'programme not known'], lang)}</option>
        {PROGRAMMES.map((one) => (
          <option key={one} value={one}>
            {said(words[one] ?? [one, one], lang)}
          </option>
        ))}
      </select>
      <button type="submit" className="primary" disabled={busy}>
        {said(['预审', 'Pre-review'], lang)}
      </button>
      {error && <Failure error={error} />}
    </form>
  );
}

function Waiting() {
  const { t, lang } = useSettings();
  const query = useQuery();
  const only = lists.find((one) => one === query.get('only')) ?? 'open';
  const offset = Number(query.get('from') ?? '0');
  const asked = new URLSearchParams({ only, limit: String(AT_ONCE), offset: String(offset) });
  const list = useAsk(`applications ${asked}`, (signal) => eligibility.applications(asked, signal));
  const word = (name: string) => said(words[name] ?? [name, name], lang);
  return (
    <>
      <h2>{said(['未决申请', 'Undecided applications'], lang)}</h2>
      <div className="choices" role="group">
        <Choices
          names={lists}
          chosen={only}
          label={(one) =>
            one === 'suspended' && list.data ? `${word(one)} ${list.data.suspended}` : word(one)
          }
          onChoose={(one) => navigate(withQuery({ only: one, from: null }))}
        />
        <button type="button" onClick={list.again} disabled={list.busy}>
          {t('refresh')}
        </button>
      </div>
      {list.error && <Failure error={list.error} retry={list.again} />}
      {list.data && (
        <section data-waiting={only}>
          <Pager
            total={list.data.total}
            limit={AT_ONCE}
            offset={offset}
            onMove={(from) => navigate(withQuery({ from: from === 0 ? null : String(from) }))}
          />
          <DataTable
            label={word(only)}
            columns={columnsOf(pendingTitles, lang)}
            rows={list.data.rows.map((one) => ({
              ...one,
              formText: word(one.form),
              stateText: one.isSuspended ? `${word(one.state)} · ${word('suspended')}` : word(one.state),
              verdictText: one.last && `${word(one.last.verdict)} · ${one.last.day}`,
              handler: one.last?.handler,
            }))}
            onPick={({ applicationNo, last }) =>
              navigate(
                withQuery({
                  application: String(applicationNo),
                  review: last ? String((last as { reviewId: number }).reviewId) : null,
                }),
              )
            }
          />
        </section>
      )}
    </>
  );
}

function ReviewsOf({ applicationNo }: { applicationNo: string }) {
  const { lang } = useSettings();
  const list = useAsk(`reviews ${applicationNo}`, (signal) => eligibility.reviews(applicationNo, signal));
  const title = said(['该申请的预审', 'Pre-reviews of this application'], lang);
  if (list.error) return <Failure error={list.error} retry={list.again} />;
  if (!list.data) return null;
  return (
    <section aria-label={title}>
      <h2>
        {title} · {applicationNo}
      </h2>
      <DataTable
        label={title}
        columns={columnsOf(reviewTitles, lang)}
        rows={list.data.reviews.map((one) => ({
          ...one,
          knownAt: instant(one.knownAt),
          verdictText: said(words[one.verdict] ?? ['', ''], lang),
        }))}
        onPick={(row) => navigate(withQuery({ review: String(row['reviewId']) }))}
      />
    </section>
  );
}
