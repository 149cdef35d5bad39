/** Names of what a decision is about: `<dataset>:<key>` is a record; `person:<id>`, `house:<code>`, `credit:<code>`, `household:<number of its earliest application>` are known by themselves. */
import { AppError } from '../../domain/errors.ts';
import type { IdentityEntity } from '../../warehouse/operational/tables/who-is-who.ts';

export const ANCHORS: Readonly<Record<IdentityEntity, string>> = {
  person: 'person',
  dwelling: 'house',
  enterprise: 'credit',
  household: 'household',
};

export interface NodePath {
  /** '' of what is known by itself. */
  dataset: string;
  key: string;
  isAnchor: boolean;
}

export function pathOf(node: string): NodePath {
  const at = node.indexOf(':');
  const [head, key] = [node.slice(0, at), node.slice(at + 1)];
  const isAnchor = Object.values(ANCHORS).includes(head);
  return { dataset: isAnchor ? '' : head, key, isAnchor };
}

/** What an anchor among the two says they are; persons where neither is one. */
export function entityOf(...nodes: readonly string[]): IdentityEntity {
  const named = (Object.keys(ANCHORS) as IdentityEntity[]).find((entity) =>
    nodes.some((node) => node.startsWith(`${ANCHORS[entity]}:`)),
  );
  return named ?? 'person';
}

/**
 * Persons may be decided record by record; a dwelling, an enterprise or a household is decided to be, or not to be, one that is known.
 * @throws AppError `bad_request` for other pairs
 */
export function checkPair(entity: IdentityEntity, a: string, b: string): void {
  const anchors = [a, b].filter((node) => node.startsWith(`${ANCHORS[entity]}:`)).length;
  const others = [a, b].filter((node) => pathOf(node).isAnchor).length - anchors;
  if (others > 0 || (entity !== 'person' && anchors === 0))
    throw new AppError('bad_request', `That is no pair of a ${entity}.`, {
      where: { a, b },
      fix:
        entity === 'person'
          ? 'Name record keys or person:<id>.'
          : `One of them must be ${ANCHORS[entity]}:<code>.`,
    });
}
