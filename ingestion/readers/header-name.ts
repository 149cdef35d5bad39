/** How names of columns are compared: half width, trimmed, no byte order mark. */
export const headerName = (text: string): string => text.normalize('NFKC').replaceAll('\ufeff', '').trim();
