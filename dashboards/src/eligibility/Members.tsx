import { useState } from 'react';
import { DataTable } from '../pages/DataTable.tsx';
import { isReason, ReasonField } from '../pages/ReasonField.tsx';
import { Failure } from '../pages/Shell.tsx';
import { columnsOf, said } from '../pages/titles.ts';
import { useAttempt } from '../pages/useAttempt.ts';
import { useSession } from '../session.tsx';
import { useSettings } from '../settings.tsx';
import { eligibility, type Member } from './api.ts';
import { memberTitles } from './words.ts';

/** The people of a pre-review: masked, and whole only for a reason that is kept. */
export function Members({ reviewId, members }: { reviewId: number; members: Member[] }) {
  const { lang } = useSettings();
  const { me } = useSession();
  const { error, busy, attempt } = useAttempt();
  const [reason, setReason] = useState('');
  const [revealed, setRevealed] = useState<Member[] | null>(null);
  const title = said(['家庭成员', 'Members'], lang);
  return (
    <section>
      <h2>{title}</h2>
      <DataTable
        label={title}
        columns={columnsOf(memberTitles, lang)}
        rows={(revealed ?? members).map((one) => ({ ...one }))}
      />
      {me?.rights.includes('personal:reveal') && revealed === null && (
        <div className="choices">
          <ReasonField value={reason} onChange={setReason} />
          <button
            type="button"
            disabled={busy || !isReason(reason)}
            onClick={() =>
              attempt(async () => setRevealed((await eligibility.reveal(reviewId, reason.trim())).members))
            }
          >
            {said(['查看明文', 'Reveal'], lang)}
          </button>
          {error && <Failure error={error} />}
        </div>
      )}
    </section>
  );
}
