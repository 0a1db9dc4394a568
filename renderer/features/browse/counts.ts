import { useEffect, useState } from 'react';
import type { BrowseCount } from '../../../shared/browse.ts';
import type { CallInput } from '../../../shared/ipc.ts';
import { call, onEvent } from '../../ipc.ts';
import { chosenRows, useBrowse } from '../../stores/browse.ts';

type Counted = CallInput<'browse.count'>;

/** ms: who only passes through a folder has nothing counted */
const folderPause = 1000;
/** ms: a selection grows row by row */
const selectionPause = 200;

/** What is in the folder and in all below it, counted in the background; null: nothing is to be counted, or nothing is known yet. */
export function useFolderCount(): BrowseCount | null {
  const { connectionId, prefix, below, status, turn } = useBrowse();
  const isWanted = below === null && status?.state === 'complete' && !status.refreshing && status.folders > 0;
  const wanted = isWanted && connectionId !== null ? { connectionId, prefix } : null;
  // What arrives or goes is counted again.
  return useCount(
    wanted,
    `${turn} ${status?.objects ?? ''} ${status?.folders ?? ''} ${status?.bytes ?? ''}`,
    folderPause,
  );
}

/** The same of what is selected. */
export function useSelectionCount(): BrowseCount | null {
  const { selection, base, view, status } = useBrowse();
  const isSelected = base !== null || selection.keys.length + selection.prefixes.length > 0;
  const chosen = isSelected ? chosenRows() : null;
  const wanted: Counted | null =
    chosen === null || status === null
      ? null
      : {
          listingId: status.listingId,
          selection: chosen.listing?.selection ?? { rows: { keys: selection.keys, prefixes: selection.prefixes } },
        };
  const all = base !== null ? `${view.search} ${status?.objects ?? ''} ${status?.folders ?? ''}` : '';
  return useCount(wanted, all, selectionPause);
}

/** `turn`: counted again when it is another. */
function useCount(wanted: Counted | null, turn: string, pause: number): BrowseCount | null {
  const [told, setTold] = useState<{ of: string; count: BrowseCount } | null>(null);
  const asked = JSON.stringify(wanted);
  const name = `${asked} ${turn}`;
  useEffect(() => {
    const input = JSON.parse(asked) as Counted | null;
    if (input === null) return;
    let countId: number | null = null;
    let isOver = false;
    /** A short one is told of before its id is known. */
    let early: BrowseCount[] = [];
    const take = (count: BrowseCount) => {
      if (count.countId === countId) setTold({ of: name, count });
    };
    const end = onEvent('counting', (count) => {
      if (countId === null) early.push(count);
      else take(count);
    });
    const begin = async () => {
      const begun = await call('browse.count', input);
      if (isOver) {
        await call('browse.endCount', begun);
        return;
      }
      ({ countId } = begun);
      early.forEach(take);
      early = [];
    };
    // A listing that was closed meanwhile, or a place that cannot be read, is told of where it is shown.
    const timer = setTimeout(() => void begin().catch(() => undefined), pause);
    return () => {
      isOver = true;
      clearTimeout(timer);
      end();
      if (countId !== null) void call('browse.endCount', { countId }).catch(() => undefined);
    };
  }, [asked, name, pause]);
  return told?.of === name ? told.count : null;
}
