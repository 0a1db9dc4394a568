/** The word that was probably meant. Of equally near ones the first; `words` must not be empty. */
export function nearest(word: string, words: readonly string[]): string {
  const known = words.map((other) => ({ other, distance: editDistance(word, other) }));
  return known.reduce((best, next) => (next.distance < best.distance ? next : best)).other;
}

/** Levenshtein; a letter in the other case is half a change. */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, at) => at);
  for (let i = 0; i < from.length; i++) {
    const next = [i + 1];
    for (let j = 0; j < to.length; j++) {
      const change = from[i] === to[j] ? 0 : from[i]?.toLowerCase() === to[j]?.toLowerCase() ? 0.5 : 1;
      next.push(Math.min((row[j] ?? 0) + change, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
