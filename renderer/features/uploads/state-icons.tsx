import {
  Ban,
  CircleCheck,
  CircleDashed,
  CircleDotDashed,
  CircleMinus,
  CirclePause,
  CircleX,
  Clock3,
  CloudUpload,
  ListStart,
  ShieldCheck,
  type LucideIcon,
} from 'lucide-react';
import type { TransferState } from '../../../shared/domain.ts';
import { IconSprite } from '../../list/icon-sprite.tsx';
import { stateIconId } from './cells.ts';

const stateIcons: Record<TransferState, LucideIcon> = {
  planned: CircleDashed,
  preparing: CircleDotDashed,
  queued: ListStart,
  uploading: CloudUpload,
  verifying: ShieldCheck,
  done: CircleCheck,
  paused: CirclePause,
  waiting: Clock3,
  failed: CircleX,
  skipped: CircleMinus,
  cancelled: Ban,
};

const icons = Object.fromEntries(
  Object.entries(stateIcons).map(([state, Mark]) => [stateIconId(state as TransferState), Mark]),
);

/** The icons of the states, for the cells of the list. */
export function StateIcons() {
  return <IconSprite icons={icons} />;
}
