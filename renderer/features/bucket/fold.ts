import type { DiffLine } from '../../../shared/bucket-check.ts';

/** Lines that are shown, or how many are folded away between them. */
export type DiffPiece = { lines: readonly DiffLine[] } | { hidden: readonly DiffLine[] };

/** lines that are shown around a change */
const context = 3;
/** So few are not worth a button. */
const fewest = 4;

/** The changes with a few lines around them; what stays further away is folded. All of it is there, and in its order. */
export function folded(lines: readonly DiffLine[]): DiffPiece[] {
  const near = lines.map((_, at) =>
    lines.slice(Math.max(0, at - context), at + context + 1).some(({ kind }) => kind !== 'same'),
  );
  const pieces: DiffPiece[] = [];
  for (let from = 0; from < lines.length;) {
    const isNear = near[from] === true;
    const end = near.indexOf(!isNear, from);
    const run = lines.slice(from, end === -1 ? lines.length : end);
    pieces.push(isNear || run.length < fewest ? { lines: run } : { hidden: run });
    from += run.length;
  }
  return pieces;
}
