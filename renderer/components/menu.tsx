import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { Menu as AriaMenu, MenuItem, MenuTrigger, Popover, Separator, Text } from 'react-aria-components';
import { Icon } from './icon.tsx';

export interface MenuAction {
  id: string;
  label: string;
  icon?: LucideIcon;
  /** shown at its right: Del */
  keys?: string;
  tone?: 'danger';
  isDisabled?: boolean;
  /** a second line: why it is off */
  hint?: string;
  onAction: () => void;
}

/** null: a line between groups */
export type MenuItems = readonly (MenuAction | null)[];

interface MenuListProps {
  label: string;
  items: MenuItems;
  /** An item was chosen: a popover of your own has to close then; that of a MenuButton does by itself. */
  onClose?: () => void;
}

/** It describes the item and is no part of its name, which has all the text that is seen in it: what is seen of this is drawn. */
function Hint({ text }: { text: string }) {
  return (
    <>
      <Text slot="description" className="visually-hidden">
        {text}
      </Text>
      <span aria-hidden className="menu-hint" data-hint={text} />
    </>
  );
}

/** The list itself, for a popover of your own (a context menu). */
export function MenuList({ label, items, onClose }: MenuListProps) {
  return (
    <AriaMenu aria-label={label} className="menu" autoFocus="first" {...(onClose === undefined ? {} : { onClose })}>
      {items.map((item, at) =>
        item === null ? (
          <Separator key={`line-${at}`} className="menu-separator" />
        ) : (
          <MenuItem
            key={item.id}
            id={item.id}
            textValue={item.label}
            className="menu-item"
            isDisabled={item.isDisabled === true}
            onAction={item.onAction}
            data-tone={item.tone}
          >
            <span className="row">{item.icon !== undefined && <Icon of={item.icon} />}</span>
            <Text slot="label">{item.label}</Text>
            {item.keys !== undefined && <span aria-hidden className="menu-keys" data-keys={item.keys} />}
            {item.hint !== undefined && <Hint text={item.hint} />}
          </MenuItem>
        ),
      )}
    </AriaMenu>
  );
}

/** `children` is the button that opens it: a Button or an IconButton. */
export function MenuButton({ label, items, children }: { label: string; items: MenuItems; children: ReactNode }) {
  return (
    <MenuTrigger>
      {children}
      <Popover className="popover" offset={4}>
        <MenuList label={label} items={items} />
      </Popover>
    </MenuTrigger>
  );
}
