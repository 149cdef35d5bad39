import { fileURLToPath } from 'node:url';

/** The dbt project of the repository. */
export const MODELS_DIRECTORY = fileURLToPath(new URL('../models', import.meta.url));
