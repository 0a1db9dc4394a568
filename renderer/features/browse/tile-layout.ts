/** Where the tiles of a long grid are: only those that are seen, and a few around them, are drawn. Pure. */

/** px: Chromium makes no element much higher than 33,000,000 */
export const highest = 30_000_000;

export interface TileSpace {
  /** of the list, px */
  width: number;
  height: number;
  /** how many there are */
  total: number;
  scrollTop: number;
  /** px, with the gap around it */
  tile: { width: number; height: number };
}

export interface TileLayout {
  columns: number;
  /** of all tiles together, px */
  height: number;
  /** the first that is drawn, and the one after the last */
  from: number;
  to: number;
  /** of the row of `from`, from the top of all, px */
  top: number;
}

/** rows that are drawn above and below what is seen */
const spare = 2;

export function layTiles({ width, height, total, scrollTop, tile }: TileSpace): TileLayout {
  const columns = Math.max(1, Math.floor(width / tile.width));
  const rows = Math.ceil(total / columns);
  const whole = rows * tile.height;
  const shown = Math.min(whole, highest);
  const at = scrolledTo(scrollTop, { whole, shown, height });
  const first = Math.max(0, Math.floor(at / tile.height) - spare);
  const last = Math.min(rows, Math.ceil((at + height) / tile.height) + spare);
  return {
    columns,
    height: shown,
    from: Math.min(total, first * columns),
    to: Math.min(total, last * columns),
    top: first * tile.height - at + scrollTop,
  };
}

/** Where to scroll so that a tile is seen; null: it is. */
export function scrollTo(space: TileSpace, index: number): number | null {
  const { columns, height: shown } = layTiles(space);
  const { height, total, tile, scrollTop } = space;
  const whole = Math.ceil(total / columns) * tile.height;
  const at = scrolledTo(scrollTop, { whole, shown, height });
  const top = Math.floor(index / columns) * tile.height;
  const wanted = top < at ? top : top + tile.height > at + height ? top + tile.height - height : null;
  if (wanted === null) return null;
  return whole > shown ? (wanted * (shown - height)) / (whole - height) : wanted;
}

/** In a grid that is too high to be drawn, the scrollbar goes through it faster. */
function scrolledTo(scrollTop: number, { whole, shown, height }: { whole: number; shown: number; height: number }) {
  const most = Math.max(0, shown - height);
  const top = Math.max(0, Math.min(scrollTop, most));
  return whole > shown ? (top * (whole - height)) / most : top;
}
