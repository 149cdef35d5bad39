import type { z } from 'zod';
import type { ElementName } from '../../domain/elements/index.ts';
import type { fieldSchema } from '../contract.ts';

type FieldInput = z.input<typeof fieldSchema>;

/** One line a field, so that a contract reads as the table it describes: standard name, the agency's column, data element. */
export const field = (
  name: string,
  source: string,
  element: ElementName,
  more: Omit<FieldInput, 'name' | 'source' | 'element'> = {},
): FieldInput => ({ name, source, element, ...more });
