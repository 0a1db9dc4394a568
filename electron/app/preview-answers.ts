/** What answers to the page about objects have in common. */

/** A page of it would be one without scripts, in an origin of its own. */
export const safeHeaders = {
  'X-Content-Type-Options': 'nosniff',
  'Content-Security-Policy': "default-src 'none'; sandbox",
  'Referrer-Policy': 'no-referrer',
  'Cache-Control': 'no-store',
};

export function emptyAnswer(status: 404 | 405 | 416 | 502, headers: Record<string, string> = {}): Response {
  return new Response(null, { status, headers: { ...safeHeaders, ...headers } });
}

/** Of a map that may hold so many, those that came first go. */
export function forgetOldest(map: Map<string, unknown>, most: number): void {
  for (const id of map.keys()) {
    if (map.size <= most) return;
    map.delete(id);
  }
}
