import { FilterX } from 'lucide-react';
import type { FileKind } from '../../../shared/history.ts';
import { history, type Period } from '../../../shared/strings/history.ts';
import { FilterSelect } from '../../components/filter-select.tsx';
import { Button, SearchField, TextField } from '../../components/index.ts';
import { useAskedSearch } from '../../list/use-asked-search.ts';
import { useDestinations } from '../../stores/destinations.ts';
import { useFacets } from '../../stores/history-facets.ts';
import { clearFilters, longestSearch, showBatchAlone, showFiltered, useHistory } from '../../stores/history.ts';
import { isFiltered, isReversed } from './filters.ts';
import { kindIcons } from './kind-icons.tsx';
import { shortTime } from './words.ts';

const words = history.filters;

/** Above the list: which files it shows. */
export function HistoryToolbar() {
  const filtered = useHistory(({ filters }) => isFiltered(filters));
  const ranged = useHistory(({ filters }) => filters.period === 'range');
  return (
    <div className="list-toolbar history-toolbar" role="search" aria-label={words.title}>
      <Search />
      <div className="history-filters">
        <KindFilter />
        <DestinationFilter />
        <PeriodFilter />
        <TagFilter />
        <BatchFilter />
        {filtered && (
          <Button size="small" variant="quiet" icon={FilterX} onPress={clearFilters}>
            {words.clear}
          </Button>
        )}
      </div>
      {ranged && <Days />}
    </div>
  );
}

/** How many files the list has. */
export function Count() {
  const total = useHistory((state) => state.total);
  const catchingUp = useHistory((state) => state.catchingUp);
  return (
    <span className="muted" role="status">
      {total === null ? '' : catchingUp ? history.list.shownSoFar(total) : history.list.shown(total)}
    </span>
  );
}

function Search() {
  const text = useHistory(({ filters }) => filters.search);
  const field = useAskedSearch();
  return (
    <div className="history-search">
      <SearchField
        label={words.search}
        value={text}
        onChange={(search) => showFiltered({ search })}
        inputRef={field}
        maxLength={longestSearch}
      />
    </div>
  );
}

/** What is chosen of several, in the room of a button. */
function together(chosen: readonly string[]): { chosen?: string } {
  const [first, ...others] = chosen;
  return first === undefined ? {} : { chosen: words.several(first, others.length) };
}

const kinds = Object.keys(words.kinds) as FileKind[];

function KindFilter() {
  const value = useHistory(({ filters }) => filters.kinds);
  return (
    <FilterSelect
      label={words.kind}
      options={kinds.map((id) => ({ id, label: words.kinds[id], icon: kindIcons[id] }))}
      value={value}
      onChange={(chosen) => showFiltered({ kinds: chosen })}
      {...together(value.map((id) => words.kinds[id]))}
    />
  );
}

/** Only where there are any. */
function DestinationFilter() {
  const ids = useHistory(({ filters }) => filters.destinationIds);
  const destinations = useDestinations(({ list }) => list) ?? [];
  if (destinations.length === 0) return null;
  return (
    <FilterSelect
      label={words.destination}
      options={destinations.map(({ id, rules }) => ({ id: String(id), label: rules.name }))}
      value={ids.map(String)}
      onChange={(chosen) => showFiltered({ destinationIds: chosen.map(Number) })}
      {...together(destinations.filter(({ id }) => ids.includes(id)).map(({ rules }) => rules.name))}
    />
  );
}

const periods = (Object.keys(words.periods) as Period[]).filter((period) => period !== 'any');

function PeriodFilter() {
  const period = useHistory(({ filters }) => filters.period);
  return (
    <FilterSelect<Period>
      label={words.period}
      any={words.periods.any}
      options={periods.map((id) => ({ id, label: words.periods[id] }))}
      value={period === 'any' ? [] : [period]}
      onChange={([chosen = 'any']) => showFiltered({ period: chosen })}
      chosen={words.periods[period]}
    />
  );
}

/** The first and the last day that are shown; an empty one leaves that side open. */
function Days() {
  const filters = useHistory((state) => state.filters);
  const error = isReversed(filters) ? words.daysReversed : null;
  return (
    <div className="history-days">
      <TextField
        label={words.firstDay}
        type="date"
        value={filters.firstDay}
        onChange={(firstDay) => showFiltered({ firstDay })}
      />
      <TextField
        label={words.lastDay}
        type="date"
        value={filters.lastDay}
        onChange={(lastDay) => showFiltered({ lastDay })}
        error={error}
      />
    </div>
  );
}

/** Only where there are any. */
function TagFilter() {
  const tag = useHistory(({ filters }) => filters.tag);
  const tags = useFacets((state) => state.tags);
  if (tags.length === 0) return null;
  return (
    <FilterSelect
      label={words.tag}
      any={words.anyTag}
      options={tags.map((id) => ({ id, label: id }))}
      value={tag === null ? [] : [tag]}
      onChange={([chosen = null]) => showFiltered({ tag: chosen })}
      {...together(tag === null ? [] : [tag])}
    />
  );
}

function BatchFilter() {
  const batchId = useHistory(({ filters }) => filters.batchId);
  const batches = useFacets((state) => state.batches) ?? [];
  return (
    <FilterSelect
      label={words.batch}
      any={words.anyBatch}
      search={{ label: words.findBatch, nothing: words.noBatchFound }}
      options={batches.map(({ id, name, createdAt, objects, bytes }) => ({
        ...{ id: String(id), label: name, hint: history.batch.hint(shortTime(createdAt), objects, bytes) },
      }))}
      value={batchId === null ? [] : [String(batchId)]}
      onChange={([id]) => showBatchAlone(id === undefined ? null : Number(id))}
      {...together(batches.filter(({ id }) => id === batchId).map(({ name }) => name))}
    />
  );
}
