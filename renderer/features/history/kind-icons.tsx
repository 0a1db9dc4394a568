import { File, FileText, Film, Image, Music, type LucideIcon } from 'lucide-react';
import type { FileKind } from '../../../shared/history.ts';
import { IconSprite } from '../../list/icon-sprite.tsx';
import { kindIconId } from './cells.ts';

export const kindIcons: Record<FileKind, LucideIcon> = {
  image: Image,
  video: Film,
  audio: Music,
  document: FileText,
  other: File,
};

const icons = Object.fromEntries(Object.entries(kindIcons).map(([kind, Mark]) => [kindIconId(kind as FileKind), Mark]));

/** For the cells of the list. */
export function KindIcons() {
  return <IconSprite icons={icons} />;
}
