import type { GeneratedFile } from '../../ingestion/generate/file.ts';

/** Both lists; where they have the same path, `over` wins. */
export const withFiles = (
  files: readonly GeneratedFile[],
  over: readonly GeneratedFile[],
): GeneratedFile[] => {
  const replaced = new Set(over.map(({ path }) => path));
  return [...files.filter(({ path }) => !replaced.has(path)), ...over];
};
