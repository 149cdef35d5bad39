import type { Me, Role } from './api/types.ts';
import type { TextKey } from './texts.ts';

/** The pages with the right each needs (api/auth/rights.ts); those with a text stand in the menu, in this order. */
export const pages: { path: string; right: string; text?: TextKey }[] = [
  { path: '/', right: 'metrics:read', text: 'overview' },
  { path: '/goals', right: 'metrics:read', text: 'goals' },
  { path: '/console', right: 'resources:read', text: 'console' },
  { path: '/alerts', right: 'alerts:read', text: 'alerts' },
  { path: '/eligibility', right: 'eligibility:read', text: 'eligibility' },
  { path: '/credit', right: 'credit:read', text: 'credit' },
  { path: '/tags', right: 'drill:read', text: 'tags' },
  { path: '/quarantine', right: 'quarantine:repair', text: 'quarantine' },
  { path: '/cleaning', right: 'cleaning:read', text: 'cleaning' },
  { path: '/identity', right: 'identity:decide', text: 'identity' },
  { path: '/quality', right: 'runs:read', text: 'quality' },
  { path: '/catalog', right: 'runs:read', text: 'catalog' },
  { path: '/collection', right: 'collection:read', text: 'collection' },
  { path: '/drift', right: 'runs:read', text: 'drift' },
  { path: '/devices', right: 'devices:read', text: 'devices' },
  { path: '/search', right: 'drill:read' },
  { path: '/sql', right: 'sql:run', text: 'sql' },
  { path: '/runs', right: 'runs:read', text: 'runs' },
  { path: '/audit', right: 'audit:read', text: 'audit' },
  { path: '/users', right: 'users:manage', text: 'users' },
  { path: '/drill', right: 'drill:read' },
];

/** Where each kind of people begins their work. */
const homes: Record<Role, string> = {
  leader: '/',
  analyst: '/sql',
  staff: '/console',
  auditor: '/runs',
  administrator: '/runs',
};

/** May this person see the page at this path? Pages without a right of their own are everyone's. */
export function maySee(me: Me, path: string): boolean {
  const page = pages.find((one) => one.path === path);
  return page === undefined || me.rights.includes(page.right);
}

export const homeOf = (me: Me): string => homes[me.role];

/** Where to go after signing in: back to the page that asked, if it is one for this person; bare `/` is nobody's wish. */
export function afterSignIn(me: Me, asked: string): string {
  const path = asked.split('?')[0] ?? '/';
  return asked === '/' || !maySee(me, path) ? homeOf(me) : asked;
}
