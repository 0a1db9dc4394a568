/** Rows that were picked, or all that the view shows but some, those that are not loaded included. */
export type Selection = { all: false; ids: ReadonlySet<number> } | { all: true; except: ReadonlySet<number> };

export const noSelection: Selection = { all: false, ids: new Set() };
export const everything: Selection = { all: true, except: new Set() };

/** as the contract bounds the ids of a command */
export const mostPicked = 10_000;

export function picked(ids: Iterable<number>): Selection {
  return { all: false, ids: new Set(ids) };
}

export function isSelected(selection: Selection, id: number): boolean {
  return selection.all ? !selection.except.has(id) : selection.ids.has(id);
}

export function isWhole(selection: Selection): boolean {
  return selection.all && selection.except.size === 0;
}

/** `total`: rows of the view */
export function selectedCount(selection: Selection, total: number | null): number {
  return selection.all ? Math.max(0, (total ?? 0) - selection.except.size) : selection.ids.size;
}

/** Adds it, or takes it out. */
export function toggled(selection: Selection, id: number): Selection {
  const ids = new Set(selection.all ? selection.except : selection.ids);
  if (!ids.delete(id)) ids.add(id);
  return selection.all ? { all: true, except: ids } : { all: false, ids };
}
