import { navigate } from './router.tsx';

/** Sends those without a session to the sign-in page, which brings them back here. */
export function toSignIn(): void {
  if (location.pathname === '/sign-in') return;
  navigate(`/sign-in?next=${encodeURIComponent(location.pathname + location.search)}`, true);
}
