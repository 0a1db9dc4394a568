import { useEffect, useLayoutEffect, useMemo, useReducer, useRef, useState, type RefObject } from 'react';
import { browse } from '../../../shared/strings/browse.ts';
import { ContextMenu, type MenuPlace } from '../../list/context-menu.tsx';
import { useBrowse } from '../../stores/browse.ts';
import { choosing, isOurs, type Choosing } from './choosing.ts';
import { followFocus } from './folder-list.tsx';
import { isKeyOfView } from './keys.ts';
import { pageNow } from './listing.ts';
import { keepLive } from './live-rows.ts';
import { menuItems } from './menu-items.ts';
import { isSelected, withId, type ListRow } from './rows.ts';
import { layTiles, scrollTo, type TileSpace } from './tile-layout.ts';
import { createTileRows, type TileRows } from './tile-rows.ts';
import { Tile } from './tile.tsx';
import { useThumbs } from './thumbs.ts';

/** px at 100 %, with the gap around it */
const tileSize = { width: 148, height: 164 };

/** The rows of the folder as pictures, as many as there are; only those on the screen exist. */
export function FolderTiles({ connectionId }: { connectionId: number }) {
  const box = useRef<HTMLDivElement>(null);
  const [menu, setMenu] = useState<MenuPlace<ListRow> | null>(null);
  const [active, setActive] = useState(0);
  const total = useBrowse((state) => state.total) ?? 0;
  const selection = useBrowse((state) => state.selection);
  const base = useBrowse((state) => state.base);
  const space = useSpace(box, total);
  const { rows, focusRow, choose } = useTileRows(box, space, setActive, setMenu);
  useLive(box, rows, focusRow);
  const layout = layTiles(space);
  const { from, to } = layout;
  useEffect(() => rows.want(from, to), [rows, from, to]);
  const shown = Array.from({ length: to - from }, (_, at) => ({ index: from + at, row: rows.rowAt(from + at) }));
  const thumbs = useThumbs(
    connectionId,
    shown.flatMap(({ row }) => row ?? []),
  );
  const current = Math.min(active, Math.max(0, total - 1));
  const onKeyDown = (event: KeyboardEvent) => {
    const row = rows.rowAt(current);
    if (isKeyOfView(event)) return;
    const to = moved(event.key, current, layout.columns, pageOf(space, layout.columns), total);
    if (to !== null && event.shiftKey) choose.extend(current, to);
    else if (to !== null) focusRow(to);
    else if (row !== undefined && isOurs(event)) choose.onKey(event, row, current);
    else return;
    event.preventDefault();
  };
  return (
    <>
      <div
        ref={box}
        className="browse-tiles"
        role="listbox"
        aria-label={browse.list.title}
        aria-multiselectable
        aria-busy={shown.length === 0}
        tabIndex={0}
        {...(rows.rowAt(current) === undefined ? {} : { 'aria-activedescendant': tileId(current) })}
        onKeyDown={(event) => onKeyDown(event.nativeEvent)}
      >
        <div className="browse-tiles-all" role="none" style={{ height: layout.height }}>
          <div
            className="browse-tiles-shown"
            role="none"
            style={{ top: layout.top, gridTemplateColumns: `repeat(${layout.columns}, minmax(0, 1fr))` }}
          >
            {shown.map(({ index, row }) => (
              <Tile
                key={row?.id ?? index}
                {...{ id: tileId(index), index, row, total }}
                height={space.tile.height}
                thumb={row === undefined ? undefined : thumbs.get(row.id)}
                isSelected={row !== undefined && isSelected({ selection, base }, row)}
                isActive={index === current}
                onPress={(event) => pressed(event, index, row, choose, setActive)}
              />
            ))}
          </div>
        </div>
      </div>
      <ContextMenu place={menu} label={browse.list.menu} items={menuItems} onClose={() => setMenu(null)} />
    </>
  );
}

const tileId = (index: number) => `browse-tile-${index}`;

function pressed(
  event: MouseEvent,
  index: number,
  row: ListRow | undefined,
  choose: Choosing,
  setActive: (index: number) => void,
): void {
  if (row === undefined) return;
  setActive(index);
  choose.onFocus(row, index);
  if (event.type === 'contextmenu') {
    event.preventDefault();
    choose.onMenu(row, index, { x: event.clientX, y: event.clientY });
  } else {
    choose.onClick(row, index, event);
  }
}

/** tiles that are seen at once */
function pageOf({ height, tile }: TileSpace, columns: number): number {
  return Math.max(1, Math.floor(height / tile.height)) * columns;
}

/** Where a key leads to; null: nowhere. */
function moved(key: string, at: number, columns: number, page: number, total: number): number | null {
  const steps: Record<string, number> = {
    ...{ ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns },
    ...{ PageUp: -page, PageDown: page, Home: -at, End: total - 1 - at },
  };
  const step = steps[key];
  if (step === undefined || total === 0) return null;
  const to = at + step;
  // Out of the first or the last row no arrow leads anywhere.
  if (key.startsWith('Arrow') && (to < 0 || to >= total)) return at;
  return Math.max(0, Math.min(total - 1, to));
}

/** The size of the list, where it is scrolled to, and how large a tile is at this size of text. */
function useSpace(box: RefObject<HTMLDivElement | null>, total: number): TileSpace {
  const [space, setSpace] = useState({ width: 0, height: 0, scrollTop: 0, rem: 16 });
  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return;
    let waiting = 0;
    const read = () => {
      waiting = 0;
      const { clientWidth: width, clientHeight: height, scrollTop } = element;
      setSpace({
        width,
        height,
        scrollTop,
        rem: Number.parseFloat(getComputedStyle(document.documentElement).fontSize),
      });
    };
    const readSoon = () => {
      if (waiting === 0) waiting = requestAnimationFrame(read);
    };
    const observer = new ResizeObserver(readSoon);
    observer.observe(element);
    element.addEventListener('scroll', readSoon, { passive: true });
    read();
    return () => {
      cancelAnimationFrame(waiting);
      observer.disconnect();
      element.removeEventListener('scroll', readSoon);
    };
  }, [box]);
  const { rem, ...measured } = space;
  const scale = rem / 16;
  return { ...measured, total, tile: { width: tileSize.width * scale, height: tileSize.height * scale } };
}

function useTileRows(
  box: RefObject<HTMLDivElement | null>,
  space: TileSpace,
  setActive: (index: number) => void,
  openMenu: (place: MenuPlace<ListRow>) => void,
) {
  const [, redraw] = useReducer((turn: number) => turn + 1, 0);
  const latest = useRef(space);
  useEffect(() => {
    latest.current = space;
  });
  return useMemo(() => {
    const rows: TileRows = createTileRows({
      fetch: async (offset, limit) => {
        const { total, rows: page } = await pageNow(offset, limit);
        return { total, rows: page.map(withId) };
      },
      onChange: redraw,
    });
    const focusRow = (index: number) => {
      setActive(index);
      const row = rows.rowAt(index);
      if (row !== undefined) choose.onFocus(row, index);
      const top = scrollTo(latest.current, index);
      if (top !== null) box.current?.scrollTo({ top });
    };
    const choose = choosing(() => ({ rowAt: rows.rowAt, focusRow }), openMenu);
    return { rows, focusRow, choose };
  }, [box, setActive, openMenu]);
}

/** Keeps them up to date; another folder begins at its top. */
function useLive(box: RefObject<HTMLDivElement | null>, rows: TileRows, focusRow: (index: number) => void): void {
  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    const focus = followFocus(element, (index) => {
      element.focus();
      focusRow(index);
    });
    const restart = () => {
      element.scrollTo({ top: 0 });
      focusRow(0);
      rows.restart();
    };
    const ends = [
      keepLive({ restart, refresh: rows.refresh, showSelection: () => undefined }),
      useBrowse.subscribe(({ total, status }, before) => {
        if (total !== null && status !== before.status) focus.onRows(total);
      }),
      focus.end,
    ];
    rows.refresh();
    return () => ends.forEach((end) => end());
  }, [box, rows, focusRow]);
}
