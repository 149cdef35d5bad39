import { useState } from 'react';
import { DataTable } from '../pages/DataTable.tsx';
import { isReason, ReasonField } from '../pages/ReasonField.tsx';
import { Failure } from '../pages/Shell.tsx';
import { columnsOf, said } from '../pages/titles.ts';
import { useAsk } from '../pages/useAsk.ts';
import { useAttempt } from '../pages/useAttempt.ts';
import { navigate, withQuery } from '../router.tsx';
import { useSession } from '../session.tsx';
import { useSettings } from '../settings.tsx';
import { credit, type Listed } from './api.ts';
import { listedTitles, words } from './words.ts';

const stateOf = ({ removedAt, removalBy }: Listed): 'listed' | 'asked' | 'removed' =>
  removedAt ? 'removed' : removalBy ? 'asked' : 'listed';

/** Who stands on the black list and how it came; one asks for a removal, another agrees. */
export function Blacklist() {
  const { lang } = useSettings();
  const { me } = useSession();
  const answer = useAsk('black list', credit.blacklist);
  const { error, busy, attempt } = useAttempt();
  const [reason, setReason] = useState('');
  const mayManage = me?.rights.includes('credit:manage') ?? false;
  const word = (name: string) => said(words[name] ?? [name, name], lang);
  const remove = (id: number) =>
    attempt(async () => {
      await credit.remove(id, reason.trim());
      setReason('');
      answer.again();
    });
  return (
    <>
      {mayManage && (
        <div className="choices">
          <ReasonField value={reason} onChange={setReason} />
        </div>
      )}
      {error && <Failure error={error} />}
      {answer.error && <Failure error={answer.error} retry={answer.again} />}
      {answer.data && (
        <DataTable
          label={word('blacklist')}
          columns={columnsOf(listedTitles, lang, new Set(['caseCount']))}
          rows={answer.data.entries.map((one) => ({
            ...one,
            state: stateOf(one),
            partyText: word(one.party),
            caseCount: one.cases.length,
            listedOn: one.listedAt.slice(0, 10),
            stateText: word(stateOf(one)),
            removalText: [one.removalBy, one.removalReason, one.removedBy].filter(Boolean).join(' · '),
          }))}
          onPick={(row) =>
            navigate(withQuery({ show: 'best', party: String(row['party']), id: String(row['partyId']) }))
          }
          action={(row) =>
            mayManage &&
            row['state'] !== 'removed' &&
            // Whoever asked does not agree to it.
            row['removalBy'] !== me?.user && (
              <button
                type="button"
                disabled={busy || !isReason(reason)}
                onClick={() => remove(Number(row['entryId']))}
              >
                {word(row['state'] === 'asked' ? 'agree' : 'ask')}
              </button>
            )
          }
        />
      )}
    </>
  );
}
