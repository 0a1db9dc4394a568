const place = 'last-connection';

/** The id of the connection that the last upload went to; null: there was none. */
export function lastConnection(): number | null {
  const id = Number(localStorage.getItem(place));
  return Number.isSafeInteger(id) && id > 0 ? id : null;
}

export function rememberConnection(id: number): void {
  localStorage.setItem(place, String(id));
}
