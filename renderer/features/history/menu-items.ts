import { ExternalLink, Files, FolderOpen, Link, Link2, PanelRight } from 'lucide-react';
import type { HistoryRow } from '../../../shared/history.ts';
import { history } from '../../../shared/strings/history.ts';
import type { MenuItems } from '../../components/index.ts';
import { historyActions } from './actions.ts';

const copyKeys = navigator.userAgent.includes('Mac') ? '⌘C' : 'Ctrl+C';

/** The context menu of the list. */
export function menuItems(row: HistoryRow, onDetails: () => void): MenuItems {
  const words = history.actions;
  const isDisabled = row.removedAt !== null;
  return [
    {
      ...{ id: 'open', label: words.open, icon: ExternalLink, keys: 'Enter', isDisabled },
      onAction: () => historyActions.open(row),
    },
    {
      ...{ id: 'url', label: words.copyUrl, icon: Link2, keys: copyKeys, isDisabled: isDisabled || row.url === null },
      onAction: () => historyActions.copyUrl(row),
    },
    { id: 'link', label: words.copyLink, icon: Link, isDisabled, onAction: () => historyActions.copyLink(row) },
    null,
    { id: 'details', label: words.details, icon: PanelRight, keys: 'Space', onAction: onDetails },
    { id: 'reveal', label: words.reveal, icon: FolderOpen, onAction: () => historyActions.reveal(row) },
    { id: 'batch', label: words.showBatch, icon: Files, onAction: () => historyActions.showBatch(row) },
  ];
}
