import { Popover } from 'react-aria-components';
import { useRef } from 'react';
import type { TransferRow } from '../../../shared/transfer-list.ts';
import { uploads } from '../../../shared/strings/uploads.ts';
import { MenuList } from '../../components/index.ts';
import { menuItems } from './menu-items.ts';
import { useList } from './view-store.ts';

/** Where in the window it was asked for, in px, and on which row. */
export interface MenuPlace {
  x: number;
  y: number;
  row: TransferRow;
}

interface ContextMenuProps {
  place: MenuPlace | null;
  onClose: () => void;
  onCancel: () => void;
}

/** What can be done with the selection, at the pointer or the row that has the focus. */
export function ContextMenu({ place, onClose, onCancel }: ContextMenuProps) {
  const anchor = useRef<HTMLSpanElement>(null);
  const { selection, view, total } = useList();
  return (
    <>
      <span
        ref={anchor}
        className="menu-anchor"
        style={place === null ? { display: 'none' } : { left: place.x, top: place.y }}
      />
      <Popover
        className="popover"
        aria-label={uploads.list.selectionActions}
        triggerRef={anchor}
        isOpen={place !== null}
        onOpenChange={(open) => {
          if (!open) onClose();
        }}
        placement="bottom start"
        offset={2}
      >
        {place !== null && (
          <MenuList
            label={uploads.list.selectionActions}
            onClose={onClose}
            items={menuItems({ row: place.row, selection, view, total, onCancel })}
          />
        )}
      </Popover>
    </>
  );
}
