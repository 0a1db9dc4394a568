import type { BrowseCount, BrowseStatus } from '../../../shared/browse.ts';
import { browse } from '../../../shared/strings/browse.ts';
import { Spinner } from '../../components/index.ts';
import { useBrowse } from '../../stores/browse.ts';
import { useFolderCount, useSelectionCount } from './counts.ts';

const words = browse.status;

/** At the foot: how much there is here, below, and in the selection. */
export function StatusLine() {
  const status = useBrowse((state) => state.status);
  const below = useBrowse((state) => state.below);
  const shown = useBrowse(({ view, total }) => (view.search.trim() === '' ? null : total));
  const folder = useFolderCount();
  const selection = useSelectionCount();
  if (status === null || status.state === 'failed') return <div className="browse-status" />;
  const isBusy = status.state === 'loading' || status.refreshing;
  return (
    <div className="browse-status small muted" role="status" aria-label={words.label} aria-busy={isBusy}>
      {isBusy && <Spinner size={12} />}
      <span>{hereWords(status, below !== null)}</span>
      {shown !== null && <span>{words.filtered(shown)}</span>}
      {folder !== null && folder.state !== 'failed' && <span>{belowWords(folder)}</span>}
      <span className="spacer" />
      {selection !== null && selection.state !== 'failed' && (
        <span className="browse-status-selected">{selectionWords(selection)}</span>
      )}
    </div>
  );
}

function hereWords(status: BrowseStatus, isSearched: boolean): string {
  const { state, objects, bytes, scanned } = status;
  if (state === 'loading') return isSearched ? words.searching(scanned, objects) : words.loading(objects);
  return isSearched ? words.found(objects, bytes) : browse.sum(status);
}

function belowWords({ objects, bytes, state }: BrowseCount): string {
  return state === 'done' ? words.below(objects, bytes) : words.belowSoFar(objects, bytes);
}

function selectionWords({ objects, bytes, state }: BrowseCount): string {
  return state === 'done' ? words.selected(objects, bytes) : words.selectedSoFar(objects, bytes);
}
