import { useState } from 'react';
import { Failure } from '../pages/Shell.tsx';
import { said } from '../pages/titles.ts';
import { useAttempt } from '../pages/useAttempt.ts';
import { navigate, withQuery } from '../router.tsx';
import { useSettings } from '../settings.tsx';
import { type AddresseeKind, alerts } from './api.ts';
import { letterWords } from './words.ts';

const KINDS: AddresseeKind[] = ['enterprise', 'project', 'street'];
/** The server asks for at least so much. */
const LEAST_CHARACTERS = 2;

/** Writes a letter of supervision about a case, as a draft, and shows it. */
export function WriteLetter({ caseId }: { caseId: string }) {
  const { lang } = useSettings();
  const { error, busy, attempt } = useAttempt();
  const [demand, setDemand] = useState('');
  const demandTitle = said(['办理要求（督办单）', 'What the letter demands'], lang);
  const write = (kind: AddresseeKind) =>
    attempt(async () => {
      const { id } = await alerts.writeLetter([caseId], kind, demand.trim());
      navigate(withQuery({ show: 'letters', id: null, letter: String(id) }));
    });
  return (
    <div className="choices" role="group">
      <textarea
        value={demand}
        rows={2}
        maxLength={2000}
        placeholder={demandTitle}
        aria-label={demandTitle}
        onChange={(event) => setDemand(event.target.value)}
      />
      {KINDS.map((kind) => (
        <button
          key={kind}
          type="button"
          disabled={busy || demand.trim().length < LEAST_CHARACTERS}
          onClick={() => write(kind)}
        >
          {said(['督办', 'Letter to'], lang)} {said(letterWords[kind] ?? [kind, kind], lang)}
        </button>
      ))}
      {error && <Failure error={error} />}
    </div>
  );
}
