import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useState } from 'react';
import { api, ApiError } from './api/client.ts';
import type { Me } from './api/types.ts';
import { navigate, usePath } from './router.tsx';

/** Sends those without a session to the sign-in page, which brings them back here. */
export function toSignIn(): void {
  if (location.pathname === '/sign-in') return;
  navigate(`/sign-in?next=${encodeURIComponent(location.pathname + location.search)}`, true);
}

interface Session {
  me: Me | null;
  /** Still unknown whether someone is signed in. After a failed call it is false and `me` null: pages then find out themselves. */
  asking: boolean;
  signedIn: (me: Me) => void;
  signOut: () => Promise<void>;
}

const SessionContext = createContext<Session | null>(null);

/** Who is signed in, asked once and again after each sign-in. */
export function SessionProvider({ children }: { children: ReactNode }) {
  const path = usePath();
  const [me, setMe] = useState<Me | null>(null);
  const [asking, setAsking] = useState(true);
  const isNeeded = me === null && path !== '/sign-in';
  useEffect(() => {
    if (!isNeeded) return;
    const controller = new AbortController();
    api.me(controller.signal).then(
      (answer) => {
        setMe(answer);
        setAsking(false);
      },
      (error: unknown) => {
        if (controller.signal.aborted) return;
        if (error instanceof ApiError && error.status === 401) toSignIn();
        setAsking(false);
      },
    );
    return () => controller.abort();
  }, [isNeeded]);
  const signedIn = useCallback((answer: Me) => {
    setMe(answer);
    setAsking(false);
  }, []);
  const signOut = useCallback(async () => {
    // A session the server no longer knows is signed out already.
    await api.signOut().catch((error: unknown) => {
      if (!(error instanceof ApiError && error.status === 401)) throw error;
    });
    navigate('/sign-in');
    setMe(null);
  }, []);
  const value = useMemo(() => ({ me, asking, signedIn, signOut }), [me, asking, signedIn, signOut]);
  return <SessionContext.Provider value={value}>{children}</SessionContext.Provider>;
}

export function useSession(): Session {
  const session = useContext(SessionContext);
  if (!session) throw new Error('useSession needs a SessionProvider above it.');
  return session;
}
