import { ArrowUpToLine, CircleX, Copy, FolderOpen, ListChecks, Pause, Play, RotateCcw } from 'lucide-react';
import type { TransferRow, View } from '../../../shared/transfer-list.ts';
import { uploads } from '../../../shared/strings/uploads.ts';
import type { MenuItems } from '../../components/index.ts';
import { transferActions } from './actions.ts';
import { canOf, statesOf } from './can.ts';
import { everything, selectedCount, type Selection } from '../../list/selection.ts';
import { whichOf } from './which.ts';
import { select } from './view-store.ts';

const selectAllKeys = navigator.userAgent.includes('Mac') ? '⌘A' : 'Ctrl+A';

interface MenuContext {
  /** the one that the menu was opened on */
  row: TransferRow;
  selection: Selection;
  view: View;
  total: number | null;
  chosen: readonly TransferRow[] | null;
  onCancel: () => void;
}

/** The context menu of the list. What makes sense for one file alone is off for several. */
export function menuItems({ row, selection, view, total, chosen, onCancel }: MenuContext): MenuItems {
  const words = uploads.actions;
  const which = whichOf(selection, view) ?? { ids: [row.id] };
  const one = selectedCount(selection, total) <= 1;
  const can = canOf(statesOf(selection, view, chosen));
  return [
    {
      id: 'pause',
      label: words.pause,
      icon: Pause,
      isDisabled: !can.pause,
      onAction: () => transferActions.pause(which),
    },
    {
      id: 'resume',
      label: words.resume,
      icon: Play,
      isDisabled: !can.resume,
      onAction: () => transferActions.resume(which),
    },
    {
      id: 'retry',
      label: words.retry,
      icon: RotateCcw,
      isDisabled: !can.retry,
      onAction: () => transferActions.retry(which),
    },
    {
      id: 'first',
      label: words.sendFirst,
      icon: ArrowUpToLine,
      isDisabled: !can.sendFirst,
      onAction: () => transferActions.sendFirst(which),
    },
    null,
    {
      id: 'reveal',
      label: words.reveal,
      icon: FolderOpen,
      isDisabled: !one,
      onAction: () => transferActions.reveal(row.id),
    },
    {
      id: 'copy',
      label: words.copyReason,
      icon: Copy,
      isDisabled: row.reason === null,
      onAction: () => transferActions.copyReason(row),
    },
    {
      id: 'all',
      label: words.selectAll,
      icon: ListChecks,
      keys: selectAllKeys,
      onAction: () => select(everything, null),
    },
    null,
    {
      id: 'cancel',
      label: words.cancel,
      icon: CircleX,
      keys: 'Del',
      tone: 'danger',
      isDisabled: !can.cancel,
      onAction: onCancel,
    },
  ];
}
