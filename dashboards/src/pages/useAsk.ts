import { useCallback, useEffect, useState } from 'react';
import { ApiError } from '../api/client.ts';
import { toSignIn } from '../session.tsx';

export interface Asked<T> {
  data: T | null;
  error: Error | null;
  busy: boolean;
  again: () => void;
}

/**
 * Asks the API and asks again whenever `key` changes, nothing while it is null; the earlier answer stays until the new one is here.
 * A missing session leads to the sign-in page.
 */
export function useAsk<T>(key: string | null, ask: (signal: AbortSignal) => Promise<T>): Asked<T> {
  const [state, setState] = useState<Omit<Asked<T>, 'again'>>({
    data: null,
    error: null,
    busy: key !== null,
  });
  const [round, setRound] = useState(0);
  const again = useCallback(() => setRound((n) => n + 1), []);
  useEffect(() => {
    if (key === null) return;
    const controller = new AbortController();
    setState((before) => ({ ...before, busy: true }));
    ask(controller.signal).then(
      (data) => {
        if (!controller.signal.aborted) setState({ data, error: null, busy: false });
      },
      (reason: unknown) => {
        if (controller.signal.aborted) return;
        if (reason instanceof ApiError && reason.status === 401) return toSignIn();
        const error = reason instanceof Error ? reason : new Error(String(reason));
        setState((before) => ({ ...before, error, busy: false }));
      },
    );
    return () => controller.abort();
    // `ask` is a new function on every render: `key` says what it asks.
  }, [key, round]);
  return { ...state, again };
}
