import { closeDialog, useDoing } from '../../stores/doing.ts';
import { DeletedDialog } from './deleted-dialog.tsx';
import './doing.css';
import { useFocusOnRows } from './focus-back.ts';
import { DeletionsDialog } from './log-dialog.tsx';
import { NewFolderDialog, RenameDialog } from './name-dialog.tsx';
import { removalOf } from './removal.ts';
import { RemoveDialog } from './remove-dialog.tsx';
import { TransferDialog } from './transfer-dialog.tsx';

/** The dialog that is asked for, once in the frame. */
export function DoingDialogs() {
  const asked = useDoing((state) => state.asked);
  useFocusOnRows();
  if (asked === null) return null;
  switch (asked.what) {
    case 'copy':
    case 'move':
      return <TransferDialog what={asked.what} selection={asked.selection} onClose={closeDialog} />;
    case 'rename':
      return <RenameDialog one={asked.one} onClose={closeDialog} />;
    case 'new-folder':
      return <NewFolderDialog place={asked.place} onClose={closeDialog} />;
    case 'deleted':
      return <DeletedDialog place={asked.place} onClose={closeDialog} />;
    case 'deletions':
      return <DeletionsDialog onClose={closeDialog} />;
    default:
      return <RemoveDialog removal={removalOf(asked)} onClose={closeDialog} />;
  }
}
