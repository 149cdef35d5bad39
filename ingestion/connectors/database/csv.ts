/** One record of CSV as our files have it: UTF-8, comma, a text quoted where it needs it, NULL and '' both empty. */
export const csvLine = (cells: readonly (string | null)[]): string => `${cells.map(cell).join(',')}\n`;

const cell = (text: string | null): string =>
  text === null ? '' : /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
