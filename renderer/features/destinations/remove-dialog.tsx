import type { Destination } from '../../../shared/destination.ts';
import { destinations } from '../../../shared/strings/destinations.ts';
import { ConfirmRemoval } from '../../app/confirm-removal.tsx';
import { call } from '../../ipc.ts';

const words = destinations.remove;

export interface RemoveDialogProps {
  destination: Destination;
  onRemoved: () => void;
  onClose: () => void;
}

export function RemoveDialog({ destination: { id, rules }, ...ends }: RemoveDialogProps) {
  return (
    <ConfirmRemoval
      words={{ title: words.title(rules.name), text: words.text, confirm: words.confirm, cancel: words.cancel }}
      remove={() => call('destinations.remove', { id })}
      {...ends}
    />
  );
}
