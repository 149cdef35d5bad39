/** Small signs beside colours, so that state never rests on colour alone. */
import type { ReactNode } from 'react';

function Icon({ children }: { children: ReactNode }) {
  return (
    <svg
      className="icon"
      viewBox="0 0 16 16"
      aria-hidden="true"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.6"
    >
      {children}
    </svg>
  );
}

export const IconAlert = () => (
  <Icon>
    <path d="M8 1.8 15 14H1z" strokeLinejoin="round" />
    <path d="M8 6.2v3.6M8 11.4v1" />
  </Icon>
);

export const IconRetry = () => (
  <Icon>
    <path d="M13 8a5 5 0 1 1-1.6-3.7M13 1.8v3h-3" />
  </Icon>
);

export const IconClock = () => (
  <Icon>
    <circle cx="8" cy="8" r="6" />
    <path d="M8 4.6V8l2.4 1.6" />
  </Icon>
);

export const IconHouse = () => (
  <Icon>
    <path d="M2 8 8 2.4 14 8M3.6 7v6.6h8.8V7" />
  </Icon>
);

export const IconMenu = () => (
  <Icon>
    <path d="M2 4h12M2 8h12M2 12h12" />
  </Icon>
);

/** Square, diamond, circle: the three alarm levels by shape as well as colour. */
export function LevelMark({ level }: { level: 'high' | 'medium' | 'low' }) {
  return (
    <svg className={`level level-${level}`} viewBox="0 0 10 10" aria-hidden="true">
      {level === 'high' && <path d="M5 0.5 9.8 9.5H0.2z" />}
      {level === 'medium' && <path d="M5 0 10 5 5 10 0 5z" />}
      {level === 'low' && <circle cx="5" cy="5" r="4.4" />}
    </svg>
  );
}
