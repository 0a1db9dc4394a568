/** Keeps what is drawn of a listing up to date, and the selection to what is there. */
import { call } from '../../ipc.ts';
import { paced } from '../../list/paced.ts';
import { chosenRows, selectNothing, useBrowse } from '../../stores/browse.ts';
import { onStale, placeInView } from './listing.ts';

export interface DrawnRows {
  /** Other rows: from the top. */
  restart: () => void;
  /** The same, which may look different. */
  refresh: () => void;
  showSelection: () => void;
}

/** ms between two refreshes while a folder is loaded */
const refreshPause = 400;
/** ms between two questions while the person types a filter */
const typingPause = 150;
/** ms */
const prunePause = 1000;

/** Returns what ends it. */
export function keepLive(rows: DrawnRows): () => void {
  const refresh = paced(rows.refresh, refreshPause);
  const restart = paced(rows.restart, typingPause);
  const prune = paced(() => {
    void forgetGone();
    void countRange();
  }, prunePause);
  const ends = [
    useBrowse.subscribe((now, before) => {
      const isElsewhere =
        now.connectionId !== before.connectionId || now.prefix !== before.prefix || now.below !== before.below;
      if (isElsewhere || now.view !== before.view) restart.ask();
      else if (now.turn !== before.turn) refresh.ask();
      if (now.selection !== before.selection || now.base !== before.base) rows.showSelection();
    }),
    onStale(() => {
      refresh.ask();
      prune.ask();
    }),
    refresh.end,
    restart.end,
    prune.end,
  ];
  return () => ends.forEach((end) => end());
}

/** More that are named one by one are left as they are: main passes over those that are gone. */
const mostAsked = 50;

/** What was deleted or moved away is selected no more, and no panel is about it. */
async function forgetGone(): Promise<void> {
  const { selection, base, focused, status } = useBrowse.getState();
  if (status?.state !== 'complete' || status.refreshing) return;
  const isGone = async (key: string) => (await placeInView(key)) === null;
  const goneOf = async (keys: readonly string[]) => {
    const gone = await Promise.all(keys.map(isGone));
    return new Set(keys.filter((_, at) => gone[at]));
  };
  const few = base === null && selection.keys.length + selection.prefixes.length <= mostAsked;
  const [keys, prefixes] = few ? await Promise.all([goneOf(selection.keys), goneOf(selection.prefixes)]) : [none, none];
  const lost = focused !== null && (await isGone(focused.key));
  const now = useBrowse.getState();
  if (now.status?.listingId !== status.listingId) return;
  if (lost && now.focused === focused) useBrowse.setState({ focused: null });
  if (keys.size + prefixes.size === 0 || now.selection !== selection) return;
  const kept = (all: readonly string[], gone: ReadonlySet<string>) => all.filter((key) => !gone.has(key));
  useBrowse.setState({
    selection: { keys: kept(selection.keys, keys), prefixes: kept(selection.prefixes, prefixes) },
    anchor: null,
  });
}

/** Rows came or went: how many are in the range by now. One that is empty is none. */
async function countRange(): Promise<void> {
  const { base, selection } = useBrowse.getState();
  const { listing } = chosenRows() ?? {};
  if (base === null || base === 'all' || listing == null) return;
  // Where the listing was closed meanwhile, that is told of where its rows are asked for.
  const counted = await call('browse.selected', listing).catch(() => null);
  const now = useBrowse.getState();
  if (counted === null || now.base !== base || now.selection !== selection) return;
  if (counted.rows === 0) selectNothing();
  else if (counted.rows !== base.rows) useBrowse.setState({ base: { ...base, rows: counted.rows } });
}

const none: ReadonlySet<string> = new Set();
