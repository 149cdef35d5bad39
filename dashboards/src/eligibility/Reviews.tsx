import { useState } from 'react';
import { instant } from '../format.ts';
import { DataTable, Pager } from '../pages/DataTable.tsx';
import { Failure } from '../pages/Shell.tsx';
import { columnsOf, said } from '../pages/titles.ts';
import { useAsk } from '../pages/useAsk.ts';
import { navigate, withQuery } from '../router.tsx';
import { useSettings } from '../settings.tsx';
import { eligibility } from './api.ts';
import { Narrow, type NarrowField } from './Narrow.tsx';
import { foundTitles, words } from './words.ts';

const AT_ONCE = 20;
const VERDICTS = ['refuse', 'doubt', 'pass'];

/** Pre-reviews of all applications (data.md C.1): by application, applicant's number, street, what an analysis found, verdict. */
export function Reviews() {
  const { lang } = useSettings();
  const [by, setBy] = useState<Record<string, string>>({});
  const [offset, setOffset] = useState(0);
  const measures = useAsk('eligibility measures', eligibility.measures);
  // The state is chosen with its analysis: one word stands for both.
  const { found: state = '', ...rest } = by;
  const [analysis = '', own = ''] = state.split(' ');
  const body = {
    ...{ ...rest, limit: AT_ONCE, offset },
    ...(analysis === '' ? {} : { analysis }),
    ...(own === '' ? {} : { state: own }),
  };
  const list = useAsk(`reviews found ${JSON.stringify(body)}`, () => eligibility.findReviews(body));
  const word = (name: string) => said(words[name] ?? [name, name], lang);
  const fields: NarrowField[] = [
    { name: 'applicationNo', title: ['业务宗号', 'Application number'], pattern: '[A-Za-z0-9_\\-]+' },
    { name: 'idNumber', title: ['申请人证件号码', 'Applicant’s identity number'], isPersonal: true },
    { name: 'street', title: ['街道代码(9位)', 'Street code (9 digits)'], pattern: '[0-9]{9}' },
    {
      name: 'found',
      title: ['各项分析状态', 'What an analysis found'],
      choices: (measures.data?.analyses ?? []).flatMap((one) => [
        { value: one.analysis, title: one.zh },
        ...one.states.map(({ state: name, zh }) => ({
          ...{ value: `${one.analysis} ${name}`, title: `${one.zh} · ${zh}` },
        })),
      ]),
    },
    {
      ...{ name: 'verdict', title: ['结论', 'Verdict'] },
      choices: VERDICTS.map((value) => ({ value, title: word(value) })),
    },
  ];
  const title = said(['预审记录', 'Pre-reviews'], lang);
  return (
    <section aria-label={title} data-reviews={list.data?.total}>
      <h2>{title}</h2>
      <Narrow
        fields={fields}
        onFind={(asked) => {
          setBy(asked);
          setOffset(0);
        }}
      />
      {list.error && <Failure error={list.error} retry={list.again} />}
      {list.data && (
        <>
          <Pager total={list.data.total} limit={AT_ONCE} offset={offset} onMove={setOffset} />
          <DataTable
            label={title}
            columns={columnsOf(foundTitles, lang)}
            rows={list.data.reviews.map((one) => ({
              ...one,
              knownAt: instant(one.knownAt),
              verdictText: word(one.verdict),
            }))}
            onPick={({ applicationNo, reviewId }) =>
              navigate(withQuery({ application: String(applicationNo), review: String(reviewId) }))
            }
          />
        </>
      )}
    </section>
  );
}
