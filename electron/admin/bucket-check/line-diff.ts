/** What changes between two texts, by lines: the longest common run of lines stays. */
import type { DiffLine } from '../../../shared/bucket-check.ts';

/** Above so many comparisons all is shown as removed and added: no setting comes near it. */
const mostSteps = 4_000_000;

export function lineDiff(before: string, after: string): DiffLine[] {
  const old = linesOf(before);
  const fresh = linesOf(after);
  const start = commonStart(old, fresh);
  const end = commonStart(old.slice(start).reverse(), fresh.slice(start).reverse());
  const middle = changed(old.slice(start, old.length - end), fresh.slice(start, fresh.length - end));
  return [...same(old.slice(0, start)), ...middle, ...same(old.slice(old.length - end))];
}

function linesOf(text: string): string[] {
  return text === '' ? [] : text.split('\n');
}

const same = (lines: readonly string[]) => lines.map((text) => ({ kind: 'same', text }) as const);
const removed = (lines: readonly string[]) => lines.map((text) => ({ kind: 'removed', text }) as const);
const added = (lines: readonly string[]) => lines.map((text) => ({ kind: 'added', text }) as const);

function commonStart(one: readonly string[], other: readonly string[]): number {
  const first = one.findIndex((line, at) => line !== other[at]);
  return first === -1 ? Math.min(one.length, other.length) : first;
}

function changed(old: readonly string[], fresh: readonly string[]): DiffLine[] {
  if (old.length * fresh.length > mostSteps) return [...removed(old), ...added(fresh)];
  const longest = commonLengths(old, fresh);
  const lines: DiffLine[] = [];
  let [at, to] = [0, 0];
  while (at < old.length && to < fresh.length) {
    if (old[at] === fresh[to]) {
      lines.push(...same(old.slice(at, at + 1)));
      at++;
      to++;
    } else if ((longest[at + 1]?.[to] ?? 0) >= (longest[at]?.[to + 1] ?? 0)) {
      lines.push(...removed(old.slice(at, at + 1)));
      at++;
    } else {
      lines.push(...added(fresh.slice(to, to + 1)));
      to++;
    }
  }
  return [...lines, ...removed(old.slice(at)), ...added(fresh.slice(to))];
}

/** Of what is left from each pair of lines on: how many lines can stay. */
function commonLengths(old: readonly string[], fresh: readonly string[]): Uint32Array[] {
  const table = Array.from({ length: old.length + 1 }, () => new Uint32Array(fresh.length + 1));
  for (let at = old.length - 1; at >= 0; at--) {
    const row = table[at];
    const below = table[at + 1];
    if (row === undefined || below === undefined) continue;
    for (let to = fresh.length - 1; to >= 0; to--) {
      row[to] = old[at] === fresh[to] ? (below[to + 1] ?? 0) + 1 : Math.max(below[to] ?? 0, row[to + 1] ?? 0);
    }
  }
  return table;
}
