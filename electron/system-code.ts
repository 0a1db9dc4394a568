/** The system's own code of an error, as `ENOENT`, or SQLite's; '' where it has none. https://nodejs.org/api/errors.html#errorcode */
export function systemCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
