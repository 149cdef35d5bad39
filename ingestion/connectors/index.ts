import type { Connector } from './connector.ts';

/** Every connector by its kind; one file each. */
export const connectors: Readonly<Record<string, Connector>> = {};
