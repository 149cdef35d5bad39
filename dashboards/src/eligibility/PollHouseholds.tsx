import { useState } from 'react';
import { Choices } from '../pages/Choices.tsx';
import { DataTable, Pager } from '../pages/DataTable.tsx';
import { Failure } from '../pages/Shell.tsx';
import { columnsOf, said } from '../pages/titles.ts';
import { useAsk } from '../pages/useAsk.ts';
import { useAttempt } from '../pages/useAttempt.ts';
import { navigate, useQuery, withQuery } from '../router.tsx';
import { useSettings } from '../settings.tsx';
import { eligibility, type PollAgain } from './api.ts';
import { Narrow, type NarrowField } from './Narrow.tsx';
import { polledTitles, words } from './words.ts';

const AT_ONCE = 50;
const kinds = ['lost', 'changed', 'all'] as const;
const verdicts = ['refuse', 'doubt', 'pass'] as const;
const FIELDS: NarrowField[] = [
  { name: 'name', title: ['姓名', 'Name'], pattern: '.{2,}' },
  { name: 'idNumber', title: ['证件号码', 'Identity number'], isPersonal: true },
  { name: 'applicationNo', title: ['业务宗号', 'Application number'], pattern: '[A-Za-z0-9_\\-]+' },
  { name: 'houseCode', title: ['保障房号', 'Dwelling'] },
];

/** Households of a poll by how their verdict moved, and by what it is. */
export function Households({ pollId }: { pollId: number }) {
  const { lang } = useSettings();
  const query = useQuery();
  const only = kinds.find((one) => one === query.get('of')) ?? 'lost';
  const verdict = verdicts.find((one) => one === query.get('verdict'));
  const offset = Number(query.get('from') ?? '0');
  const [by, setBy] = useState<Record<string, string>>({});
  const asked = { ...by, ...(verdict ? { verdict } : {}), only, limit: AT_ONCE, offset };
  const list = useAsk(`poll ${pollId} ${JSON.stringify(asked)}`, () => eligibility.households(pollId, asked));
  const word = (name: string) => said(words[name] ?? [name, name], lang);
  return (
    <section aria-label={`${said(['轮询', 'Poll'], lang)} ${pollId}`} data-poll={pollId}>
      <h2>
        {said(['轮询', 'Poll'], lang)} {pollId}
      </h2>
      <div className="choices" role="group">
        <Choices
          names={kinds}
          chosen={only}
          label={word}
          onChoose={(of) => navigate(withQuery({ of, from: null }))}
        />
        {verdicts.map((one) => (
          <button
            key={one}
            type="button"
            aria-pressed={one === verdict}
            onClick={() => navigate(withQuery({ verdict: one === verdict ? null : one, from: null }))}
          >
            {word(one)}
          </button>
        ))}
        <Again pollId={pollId} />
      </div>
      <Narrow
        fields={FIELDS}
        onFind={(typed) => {
          setBy(typed);
          // Who looks for a household wants it whatever became of it.
          navigate(withQuery({ of: 'all', from: null }));
        }}
      />
      {list.error && <Failure error={list.error} retry={list.again} />}
      {list.data && (
        <>
          <Pager
            total={list.data.total}
            limit={AT_ONCE}
            offset={offset}
            onMove={(from) => navigate(withQuery({ from: from === 0 ? null : String(from) }))}
          />
          <DataTable
            label={said(['轮询家庭', 'Households'], lang)}
            columns={columnsOf(polledTitles, lang)}
            rows={list.data.households.map((one) => ({
              ...one,
              programmeText: word(one.programme),
              beforeText: one.before && word(one.before),
              verdictText: word(one.verdict),
              why: one.reasons.join('；'),
            }))}
            onPick={(row) =>
              navigate(
                withQuery({ show: 'cases', application: String(row['household']), poll: null, from: null }),
              )
            }
          />
        </>
      )}
    </section>
  );
}

/** Works the poll out again as on the day it was run. */
function Again({ pollId }: { pollId: number }) {
  const { lang } = useSettings();
  const { error, busy, attempt } = useAttempt();
  const [found, setFound] = useState<PollAgain | null>(null);
  return (
    <>
      <button
        type="button"
        disabled={busy}
        onClick={() => attempt(async () => setFound(await eligibility.reproducePoll(pollId)))}
      >
        {said(['按当时所知重算', 'Work out again as of then'], lang)}
      </button>
      {found && (
        <span className="hint" data-same={found.isSame}>
          {found.isSame
            ? said([`${found.households} 户均与当时一致`, `${found.households} households, the same`], lang)
            : said(
                [
                  `${found.households} 户中 ${found.different} 户与当时不同：`,
                  `${found.different} of ${found.households} differ: `,
                ],
                lang,
              ) +
              found.rows
                .filter(({ isSame }) => !isSame)
                .map(({ name }) => name)
                .join('、')}
        </span>
      )}
      {error && <Failure error={error} />}
    </>
  );
}
