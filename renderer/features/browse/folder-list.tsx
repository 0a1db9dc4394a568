import { useEffect, useRef, useState } from 'react';
import { browse } from '../../../shared/strings/browse.ts';
import { ContextMenu, type MenuPlace } from '../../list/context-menu.tsx';
import { createRowSource } from '../../list/row-source.ts';
import { showRows, useBrowse } from '../../stores/browse.ts';
import { choosing, type OpenMenu } from './choosing.ts';
import { createBrowseGrid, type BrowseGrid } from './grid.ts';
import { pageNow, placeInView } from './listing.ts';
import { keepLive } from './live-rows.ts';
import { menuItems } from './menu-items.ts';
import { isSelected, withId, type ListRow } from './rows.ts';
import { childTowards } from './words.ts';

/** The rows of the folder, as many as there are; only those on the screen exist. */
export function FolderList() {
  const place = useRef<HTMLDivElement>(null);
  const [menu, setMenu] = useState<MenuPlace<ListRow> | null>(null);
  useEffect(() => (place.current === null ? undefined : runGrid(place.current, setMenu)), []);
  return (
    <>
      <div ref={place} className="list-grid browse-grid" />
      <ContextMenu place={menu} label={browse.list.menu} items={menuItems} onClose={() => setMenu(null)} />
    </>
  );
}

/** The grid and all that keeps it up to date; returns what ends it. */
function runGrid(element: HTMLElement, openMenu: OpenMenu): () => void {
  const focus = followFocus(element, (index) => grid.focusRow(index));
  const source = createRowSource<ListRow>({
    fetch: async (offset, limit) => {
      const { total, rows } = await pageNow(offset, limit);
      return { total, rows: rows.map(withId) };
    },
    onTotal: focus.onRows,
    soon: (job) => setTimeout(job),
  });
  const { extend, onKey, ...choose } = choosing(() => grid, openMenu);
  const grid: BrowseGrid = createBrowseGrid(element, useBrowse.getState().view.sort, {
    ...choose,
    getRows: source.getRows,
    onSort: (sort) => showRows({ sort }),
    isSelected: (row) => isSelected(useBrowse.getState(), row),
    onKey: (event, row, index) => {
      const to = { ArrowUp: index - 1, ArrowDown: index + 1, Home: 0, End: Infinity }[event.key];
      if (to === undefined || event.altKey) onKey(event, row, index);
      else extend(index, to);
    },
  });
  const ends = [keepLive(grid), focus.end, grid.destroy];
  return () => ends.forEach((end) => end());
}

/** Whoever goes from folder to folder by keys keeps the focus: on the folder that was left, or on the first row. */
export function followFocus(element: HTMLElement, focusRow: (index: number) => void) {
  let wanted: { key: string | null } | null = null;
  const end = useBrowse.subscribe((now, before) => {
    if (now.prefix === before.prefix && now.connectionId === before.connectionId && now.below === before.below) return;
    const isHere = element.contains(document.activeElement) || document.activeElement === document.body;
    const isSameBucket = now.connectionId === before.connectionId;
    wanted = isHere ? { key: isSameBucket ? childTowards(now.prefix, before.prefix) : null } : null;
  });
  const settle = async (key: string | null) => {
    const index = key === null ? 0 : ((await placeInView(key)) ?? 0);
    // The rows are in the page after those that asked for them.
    setTimeout(() => focusRow(index));
  };
  return {
    end,
    onRows: (total: number) => {
      if (wanted === null || total === 0) return;
      const { key } = wanted;
      wanted = null;
      void settle(key);
    },
  };
}
