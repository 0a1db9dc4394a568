import { useRef } from 'react';
import { Popover } from 'react-aria-components';
import { MenuList, type MenuItems } from '../components/index.ts';

/** Where in the window a menu was asked for, in px, and on which row. */
export interface MenuPlace<Row> {
  x: number;
  y: number;
  row: Row;
}

interface ContextMenuProps<Row> {
  place: MenuPlace<Row> | null;
  label: string;
  items: (row: Row) => MenuItems;
  onClose: () => void;
}

/** What can be done with a row or the selection, at the pointer or the row that has the focus. */
export function ContextMenu<Row>({ place, label, items, onClose }: ContextMenuProps<Row>) {
  const anchor = useRef<HTMLSpanElement>(null);
  return (
    <>
      <span
        ref={anchor}
        className="menu-anchor"
        style={place === null ? { display: 'none' } : { left: place.x, top: place.y }}
      />
      <Popover
        className="popover"
        aria-label={label}
        triggerRef={anchor}
        isOpen={place !== null}
        onOpenChange={(open) => {
          if (!open) onClose();
        }}
        placement="bottom start"
        offset={2}
      >
        {place !== null && <MenuList label={label} onClose={onClose} items={items(place.row)} />}
      </Popover>
    </>
  );
}

/** Of a menu that was asked for by keyboard: at the cell that has the focus. */
export function placeOf(event: KeyboardEvent): { x: number; y: number } {
  const box = event.target instanceof Element ? event.target.getBoundingClientRect() : null;
  return { x: (box?.left ?? 0) + 24, y: box?.bottom ?? 0 };
}
