/** RFC 4180, as spreadsheets read it too. */

/** By this Excel knows that a file is UTF-8. */
export const byteOrderMark = '\ufeff';

/**
 * One line, with its end. A text that a spreadsheet would take for a formula gets an apostrophe before it, which it shows as
 * nothing: https://owasp.org/www-community/attacks/CSV_Injection. Whoever needs names to the letter takes JSON.
 */
export function csvLine(cells: readonly (string | number | null)[]): string {
  return `${cells.map(cellOf).join(',')}\r\n`;
}

function cellOf(value: string | number | null): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const harmless = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
