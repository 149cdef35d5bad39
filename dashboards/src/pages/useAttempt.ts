import { useState } from 'react';
import { ApiError } from '../api/client.ts';
import { toSignIn } from '../session.tsx';

/** Something a person sets off: its failure is shown, a missing session leads to the sign-in page, and only one runs at a time. */
export function useAttempt(): {
  error: Error | null;
  busy: boolean;
  attempt: (work: () => Promise<void>) => void;
} {
  const [error, setError] = useState<Error | null>(null);
  const [busy, setBusy] = useState(false);
  const attempt = (work: () => Promise<void>) => {
    if (busy) return;
    setBusy(true);
    setError(null);
    work()
      .catch((reason: unknown) => {
        if (reason instanceof ApiError && reason.status === 401) return toSignIn();
        setError(reason instanceof Error ? reason : new Error(String(reason)));
      })
      .finally(() => setBusy(false));
  };
  return { error, busy, attempt };
}
