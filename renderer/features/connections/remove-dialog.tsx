import type { ConnectionInfo } from '../../../shared/ipc.ts';
import { connections } from '../../../shared/strings/connections.ts';
import { ConfirmRemoval } from '../../app/confirm-removal.tsx';
import { call } from '../../ipc.ts';

const words = connections.remove;

export interface RemoveDialogProps {
  connection: ConnectionInfo;
  onRemoved: () => void;
  onClose: () => void;
}

export function RemoveDialog({ connection: { id, name, practice }, ...ends }: RemoveDialogProps) {
  const text = practice ? words.textPractice : words.text;
  return (
    <ConfirmRemoval
      words={{ title: words.title(name), text, confirm: words.confirm, cancel: words.cancel }}
      remove={() => call('connections.remove', { id })}
      {...ends}
    />
  );
}
