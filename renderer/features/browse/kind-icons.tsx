import { CloudCheck, Folder, type LucideIcon } from 'lucide-react';
import type { BrowseKind } from '../../../shared/browse.ts';
import { IconSprite } from '../../list/icon-sprite.tsx';
import { kindIcons as fileIcons } from '../history/kind-icons.tsx';

export const kindIcons: Record<BrowseKind, LucideIcon> = { folder: Folder, ...fileIcons };

/** One of the icons that BrowseIcons has put into the page. */
export function kindIconId(kind: BrowseKind): string {
  return `browse-${kind}`;
}

export const sentIconId = 'browse-sent-mark';

const icons = {
  ...Object.fromEntries(Object.entries(kindIcons).map(([kind, Mark]) => [kindIconId(kind as BrowseKind), Mark])),
  [sentIconId]: CloudCheck,
};

/** For the cells of the list. */
export function BrowseIcons() {
  return <IconSprite icons={icons} />;
}
