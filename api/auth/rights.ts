import type { Role } from '../../warehouse/operational/tables/identity.ts';

/** What a person may do; routes name one, roles have a set. 002:7599 (least privilege), DESIGN §"Four kinds of people". */
export const rights = [
  'metrics:read',
  /** Targets and thresholds of metrics: set them, give the shipped ones back. */
  'metrics:manage',
  'drill:read',
  /** See personal values unmasked, each time with a reason that goes into the audit log. */
  'personal:reveal',
  'sql:run',
  'runs:read',
  'resources:read',
  'resources:write',
  'devices:read',
  'devices:manage',
  /** See rows in quarantine, masked, and mend, accept or return them. */
  'quarantine:repair',
  /** Cleaning rules and source priority: see them; make, try, activate and retire them. */
  'cleaning:read',
  'cleaning:manage',
  /** Cases of alert: see them; receive, handle, close and review them. */
  'alerts:read',
  'alerts:handle',
  /** Give an escalated case to somebody else, by a new day. */
  'alerts:supervise',
  /** Rules of alert: make, try, let in, pause and retire them; the absences and holidays they leave out. */
  'alerts:manage',
  /** Tags: make, approve, give and retire them. */
  'tags:manage',
  /** Pre-reviews and polls: see them; ask for one; rules, plans and polls of staff. */
  'eligibility:read',
  'eligibility:review',
  'eligibility:manage',
  /** Credit: see scores and lists; put on and take off black lists. */
  'credit:read',
  'credit:manage',
  /** See which records may be one person, and decide. */
  'identity:decide',
  /** Withdraw what an agency delivered. */
  'deliveries:withdraw',
  /** Decide what becomes of a contract whose source changed. */
  'contracts:manage',
  /** Propose what may be thrown away once it is old, let in what somebody else proposed, place and release holds. */
  'retention:manage',
  'exchange:manage',
  /** Collection tasks: see them and their runs; make, change, start and stop them. */
  'collection:read',
  'collection:manage',
  'audit:read',
  'users:manage',
] as const;
export type Right = (typeof rights)[number];

const rightsOf: Readonly<Record<Role, readonly Right[]>> = {
  leader: [
    'metrics:read',
    'drill:read',
    'runs:read',
    'alerts:read',
    'alerts:supervise',
    'eligibility:read',
    'credit:read',
  ],
  analyst: ['metrics:read', 'drill:read', 'runs:read', 'sql:run', 'cleaning:read'],
  staff: [
    'metrics:read',
    'metrics:manage',
    'drill:read',
    'runs:read',
    'resources:read',
    'resources:write',
    'personal:reveal',
    'deliveries:withdraw',
    'devices:read',
    'devices:manage',
    'quarantine:repair',
    'cleaning:read',
    'cleaning:manage',
    'identity:decide',
    'alerts:read',
    'alerts:handle',
    'alerts:manage',
    'tags:manage',
    'eligibility:read',
    'eligibility:review',
    'eligibility:manage',
    'credit:read',
    'credit:manage',
    'collection:read',
    'collection:manage',
    'retention:manage',
  ],
  // Separation of duties: who manages users does not see cases, who audits changes nothing.
  auditor: ['runs:read', 'collection:read', 'audit:read'],
  administrator: [
    'metrics:read',
    'runs:read',
    'deliveries:withdraw',
    'contracts:manage',
    'retention:manage',
    'exchange:manage',
    'collection:read',
    'collection:manage',
    'users:manage',
  ],
};

export const hasRight = (role: Role, right: Right): boolean => rightsOf[role].includes(right);
export const rightsOfRole = (role: Role): readonly Right[] => rightsOf[role];
