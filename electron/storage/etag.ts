/** An ETag as it is kept here: without the quotes that it travels in; empty where the store said none. */
export function unquoted(etag: string | undefined): string {
  return (etag ?? '').replaceAll('"', '');
}
