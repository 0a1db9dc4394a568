/** All rows from one to another, with Shift. */
import { betweenRows } from '../../../shared/browse-order.ts';
import { wordsOf } from '../../app/attempt.ts';
import { notify } from '../../components/index.ts';
import { select, selectBetween, useBrowse, type Anchor } from '../../stores/browse.ts';
import type { ShownRows } from './choosing.ts';
import { pageOf, placeInView } from './listing.ts';
import { edgeOf, named, withId, type ListRow } from './rows.ts';

/** In one call, as the contract bounds it. A longer range is selected by its two ends, and no row of it is named. */
const mostNamed = 500;

/** The last that was asked for: an answer that comes after another was asked for is nobody's any more. */
let lastRange = 0;

/** All rows from that one on to a place, or back to it; those that are not loaded too. */
export async function selectRange(rows: ShownRows, anchor: Anchor, end: number): Promise<void> {
  const turn = (lastRange += 1);
  const { view, prefix, below, selection, base } = useBrowse.getState();
  const isCurrent = () => {
    const now = useBrowse.getState();
    const isHere = now.view === view && now.prefix === prefix && now.below === below;
    return isHere && turn === lastRange && now.selection === selection && now.base === base;
  };
  try {
    // Where rows came or went since, it has moved; where it is gone itself, this row is the first.
    const isThere = rows.rowAt(anchor.index)?.id === anchor.id;
    const start = isThere ? anchor.index : ((await placeInView(anchor.id.slice(1))) ?? end);
    if (!isCurrent()) return;
    const from = Math.min(start, end);
    const count = Math.abs(start - end) + 1;
    if (count <= mostNamed) {
      const range = await rowsAt(rows, from, count);
      if (isCurrent()) select(named(range));
      return;
    }
    const [last] = await rowsAt(rows, end, 1);
    if (last === undefined || !isCurrent()) return;
    selectBetween({ view, between: betweenRows(view.sort, anchor.edge, edgeOf(last)), rows: count });
  } catch (error) {
    if (isCurrent()) notify('error', wordsOf(error));
  }
}

/** Those that are not loaded are asked for. */
async function rowsAt(rows: ShownRows, from: number, count: number): Promise<ListRow[]> {
  const loaded = Array.from({ length: count }, (_, at) => rows.rowAt(from + at)).filter((row) => row !== undefined);
  if (loaded.length === count) return loaded;
  return (await pageOf(useBrowse.getState().view, from, count)).rows.map(withId);
}
