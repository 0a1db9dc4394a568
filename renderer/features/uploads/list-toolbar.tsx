import { ArrowUpToLine, BrushCleaning, CircleX, Pause, Play, RotateCcw, X } from 'lucide-react';
import { Toolbar } from 'react-aria-components';
import type { BatchInfo } from '../../../shared/ipc.ts';
import { uploads } from '../../../shared/strings/uploads.ts';
import type { StateFilter } from '../../../shared/states.ts';
import { attempt } from '../../app/attempt.ts';
import { Button, Chips, IconButton, SearchField } from '../../components/index.ts';
import { call } from '../../ipc.ts';
import { useAskedSearch, useRoomForSearch } from '../../list/use-asked-search.ts';
import { useProgress } from '../../stores/progress.ts';
import { transferActions } from './actions.ts';
import { canOf, statesOf } from './can.ts';
import { isWhole, noSelection, selectedCount } from '../../list/selection.ts';
import { whichOf } from './which.ts';
import { select, showFilter, showView, useList } from './view-store.ts';
import { countOf, isFinished } from './words.ts';

const filters = Object.keys(uploads.list.filters) as StateFilter[];

/** Above the list: which files it shows, or, while some are selected, what can be done with them. */
export function ListToolbar({ onCancel }: { onCancel: () => void }) {
  const count = useList(({ selection, total }) => selectedCount(selection, total));
  return (
    <div className="list-toolbar">{count > 0 ? <SelectionBar count={count} onCancel={onCancel} /> : <Filters />}</div>
  );
}

function Filters() {
  const filter = useList((state) => state.view.filter);
  const totals = useProgress(({ progress }) => progress?.totals ?? null);
  const batch = useChosenBatch();
  const counted = batch?.totals ?? totals;
  const rows = useList(({ counts }) => counts);
  const countOfFilter = (id: StateFilter) => rows?.[id] ?? (counted === null ? null : countOf(counted, id));
  return (
    <>
      <Chips
        label={uploads.list.filter}
        value={filter}
        onChange={showFilter}
        choices={filters.map((id) => ({
          id,
          label: uploads.list.filters[id],
          ...countShown(countOfFilter(id)),
        }))}
      />
      <span className="spacer" />
      {batch !== null && isFinished(batch) && (
        <Button size="small" variant="quiet" icon={BrushCleaning} onPress={() => clear(batch)}>
          {uploads.batches.clear}
        </Button>
      )}
      <Search />
    </>
  );
}

function countShown(count: number | null): { count?: string } {
  return count === null ? {} : { count: count.toLocaleString('en-US') };
}

function useChosenBatch(): BatchInfo | null {
  const id = useList((state) => state.view.batchId);
  return useProgress(({ progress }) => progress?.batches.find((batch) => batch.id === id) ?? null);
}

function clear(batch: BatchInfo): void {
  void attempt(async () => {
    await call('uploads.clear', { batchIds: [batch.id] });
    showView({ batchId: null });
  });
}

function Search() {
  const text = useList((state) => state.view.search);
  const field = useAskedSearch();
  return (
    <div className="list-search">
      <SearchField
        label={uploads.list.search}
        value={text}
        onChange={(search) => showView({ search })}
        inputRef={field}
        maxLength={500}
      />
    </div>
  );
}

const selectNothing = () => select(noSelection, null);

function SelectionBar({ count, onCancel }: { count: number; onCancel: () => void }) {
  const { selection, view, chosen } = useList();
  const words = uploads.actions;
  useRoomForSearch(selectNothing);
  const can = canOf(statesOf(selection, view, chosen));
  const act = (action: 'pause' | 'resume' | 'retry' | 'sendFirst') => () => {
    const which = whichOf(selection, view);
    if (which !== null) transferActions[action](which);
  };
  return (
    <Toolbar className="selection-bar" aria-label={uploads.list.selectionActions}>
      <IconButton size="small" icon={X} label={uploads.list.clearSelection} onPress={selectNothing} />
      <span className="selection-count">
        {isWhole(selection) ? uploads.list.allSelected(count) : uploads.list.selected(count)}
      </span>
      <Button size="small" icon={Pause} isDisabled={!can.pause} onPress={act('pause')}>
        {words.pause}
      </Button>
      <Button size="small" icon={Play} isDisabled={!can.resume} onPress={act('resume')}>
        {words.resume}
      </Button>
      <Button size="small" icon={RotateCcw} isDisabled={!can.retry} onPress={act('retry')}>
        {words.retry}
      </Button>
      <Button size="small" icon={ArrowUpToLine} isDisabled={!can.sendFirst} onPress={act('sendFirst')}>
        {words.sendFirst}
      </Button>
      <Button size="small" icon={CircleX} isDisabled={!can.cancel} onPress={onCancel}>
        {words.cancel}
      </Button>
    </Toolbar>
  );
}
