/**
 * The `code` of an error from Node, a driver or an engine: `ENOENT`, `23505` …
 * By shape, not by `instanceof`: test runners and worker threads have their own Error class.
 */
export function errorCode(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

export function errorMessage(error: unknown): string {
  if (typeof error === 'object' && error !== null && 'message' in error) return String(error.message);
  return String(error);
}
