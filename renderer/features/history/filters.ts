/** What the person chose to see, as a question to main. Pure. */
import type { HistoryQuery } from '../../../shared/history.ts';
import type { HistoryFilters } from '../../stores/history.ts';

/** `now`: ms since 1970; days are those of this computer's time zone. */
export function queryOf(filters: HistoryFilters, now: number): HistoryQuery {
  const { search, kinds, destinationIds, batchId, tag, sort } = filters;
  return {
    ...{ search: search.trim(), batchId, tag, sort },
    kinds: [...kinds],
    destinationIds: [...destinationIds],
    ...boundsOf(filters, now),
  };
}

/** Whether anything is hidden. */
export function isFiltered(filters: HistoryFilters): boolean {
  const { from, until } = boundsOf(filters, 0);
  return (
    filters.search.trim() !== '' ||
    filters.kinds.length > 0 ||
    filters.destinationIds.length > 0 ||
    filters.batchId !== null ||
    filters.tag !== null ||
    from !== null ||
    until !== null
  );
}

/** Whether the days of a range are the wrong way round: nothing can be in it. */
export function isReversed({ period, firstDay, lastDay }: HistoryFilters): boolean {
  return period === 'range' && firstDay !== '' && lastDay !== '' && lastDay < firstDay;
}

type Bounds = Pick<HistoryQuery, 'from' | 'until'>;

function boundsOf({ period, firstDay, lastDay }: HistoryFilters, now: number): Bounds {
  switch (period) {
    case 'any':
      return { from: null, until: null };
    case 'today':
      return { from: midnight(new Date(now), 0), until: null };
    // Today is the last of them.
    case 'week':
      return { from: midnight(new Date(now), -6), until: null };
    case 'month':
      return { from: midnight(new Date(now), -29), until: null };
    case 'range':
      return { from: dayStart(firstDay, 0), until: dayStart(lastDay, 1) };
  }
}

/** Days are counted by the calendar: some have 23 hours. */
function midnight(day: Date, later: number): number {
  return Math.max(0, new Date(day.getFullYear(), day.getMonth(), day.getDate() + later).getTime());
}

/** null: it is no day, not typed to its end, or after the year 9999. */
function dayStart(text: string, later: number): number | null {
  const [, year, month, day] = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text) ?? [];
  if (year === undefined || month === undefined || day === undefined) return null;
  return midnight(new Date(Number(year), Number(month) - 1, Number(day)), later);
}
