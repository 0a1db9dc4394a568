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
import { stateIconId } from './cells.ts';

const icons: Record<TransferState, LucideIcon> = {
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

/** The icons of the states, once in the page: the cells of the list, which are plain elements, refer to them. */
export function IconSprite() {
  return (
    <svg className="visually-hidden" aria-hidden>
      {Object.entries(icons).map(([state, Mark]) => (
        <symbol key={state} id={stateIconId(state as TransferState)} viewBox="0 0 24 24">
          <Mark size={24} strokeWidth={1.9} />
        </symbol>
      ))}
    </svg>
  );
}
