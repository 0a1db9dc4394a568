import {
  Copy,
  FileClock,
  FolderInput,
  FolderOpen,
  Link,
  Link2,
  ListChecks,
  PanelRight,
  Pencil,
  History,
  Download,
  Trash2,
  Files,
} from 'lucide-react';
import { browse } from '../../../shared/strings/browse.ts';
import { attempt } from '../../app/attempt.ts';
import { notify, type MenuItems } from '../../components/index.ts';
import { chosenRows, selectAll, useBrowse } from '../../stores/browse.ts';
import { showKeyInHistory } from '../../stores/history.ts';
import { greyedBy } from '../../stores/refusal.ts';
import { openLinks } from '../object/links.tsx';
import { openRow } from './choosing.ts';
import { act, copyLink, refusalOfLink, refusalsOf, type RowAction } from './doing.ts';
import { isObject, selectedCount, type ListRow } from './rows.ts';

const words = browse.actions;
const isMac = navigator.userAgent.includes('Mac');
const keysOf = isMac
  ? { all: '⌘A', link: '⌘C', remove: '⌘⌫', details: 'Space' }
  : { all: 'Ctrl+A', link: 'Ctrl+C', remove: 'Del', details: 'Space' };

/** The context menu of a row, which is among those that are selected. What may not be done says why. */
export function menuItems(row: ListRow): MenuItems {
  const { connectionId, prefix, total, selection, base } = useBrowse.getState();
  const chosen = chosenRows();
  const isOne = selectedCount({ selection, base }, total) <= 1;
  const refusals = chosen === null ? null : refusalsOf(chosen);
  const offered = (id: RowAction) => ({
    id,
    label: words[id],
    ...greyedBy(refusals?.[id] ?? null),
    onAction: () => act(id),
  });
  return [
    {
      id: 'open',
      label: isObject(row) ? words.details : words.open,
      icon: isObject(row) ? PanelRight : FolderOpen,
      keys: isObject(row) ? keysOf.details : 'Enter',
      isDisabled: !isOne,
      onAction: () => openRow(row),
    },
    { ...offered('download'), icon: Download },
    {
      id: 'link',
      label: words.copyLink,
      icon: Link,
      keys: keysOf.link,
      ...(isOne && isObject(row) ? greyedBy(refusalOfLink(row.key)) : { isDisabled: true }),
      onAction: () => copyLink(row),
    },
    // Whatever is denied: in its dialog the public address stays, and each of the others says why it is not offered.
    {
      id: 'links',
      label: words.links,
      icon: Link2,
      isDisabled: !isOne || !isObject(row) || connectionId === null,
      onAction: () => {
        if (connectionId !== null) openLinks(connectionId, row.key, prefix);
      },
    },
    null,
    { ...offered('copyTo'), icon: Files },
    { ...offered('moveTo'), icon: FolderInput },
    { ...offered('rename'), icon: Pencil, keys: 'F2' },
    { id: 'key', label: words.copyKey, icon: Copy, isDisabled: !isOne, onAction: () => copyKey(row.key) },
    ...(isObject(row) && row.sent !== null
      ? [{ id: 'history', label: words.history, icon: History, onAction: () => showKeyInHistory(row.key) }]
      : []),
    { id: 'all', label: words.selectAll, icon: ListChecks, keys: keysOf.all, onAction: selectAll },
    null,
    { ...offered('remove'), icon: Trash2, keys: keysOf.remove, tone: 'danger' },
    { ...offered('removeOldVersions'), icon: FileClock, tone: 'danger' },
  ];
}

function copyKey(key: string): void {
  void attempt(async () => {
    await navigator.clipboard.writeText(key);
    notify('info', words.keyCopied);
  });
}
