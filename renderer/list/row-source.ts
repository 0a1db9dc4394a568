/** Rows of a list, a page at a time. */
export interface PageOf<Row> {
  /** of the whole list */
  total: number;
  rows: Row[];
}

/** A block of rows that the grid asks for. */
export interface BlockRequest<Row> {
  startRow: number;
  endRow: number;
  successCallback: (rows: Row[], lastRow?: number) => void;
  failCallback: () => void;
}

interface RowSourceOptions<Row> {
  fetch: (offset: number, limit: number) => Promise<PageOf<Row>>;
  onTotal: (total: number) => void;
  /** runs it after the requests of this turn have all been made */
  soon: (job: () => void) => void;
}

/** rows that one call may ask for: see transfers.page and history.page of the contract */
export const mostRows = 500;

/**
 * Answers the grid's requests for blocks, those of one turn by as few calls as cover them: a refresh of what is seen is one message,
 * and its blocks are of one moment.
 */
export function createRowSource<Row>({ fetch, onTotal, soon }: RowSourceOptions<Row>): {
  getRows: (request: BlockRequest<Row>) => void;
  /** The list is gone: what is still answered is not told of any more, for another may stand in its place. */
  end: () => void;
} {
  let ended = false;
  let waiting: BlockRequest<Row>[] = [];
  const answer = async (requests: BlockRequest<Row>[]) => {
    const from = Math.min(...requests.map(({ startRow }) => startRow));
    const to = Math.max(...requests.map(({ endRow }) => endRow));
    try {
      const { total, rows } = await fetch(from, to - from);
      if (ended) return;
      onTotal(total);
      for (const { startRow, endRow, successCallback } of requests) {
        successCallback(rows.slice(startRow - from, endRow - from), total);
      }
    } catch {
      // `fetch` has told the person; the grid asks again when these rows are next drawn.
      if (!ended) requests.forEach(({ failCallback }) => failCallback());
    }
  };
  const flush = () => {
    const requests = waiting;
    waiting = [];
    groupsOf(requests).forEach((group) => void answer(group));
  };
  return {
    getRows: (request) => {
      waiting.push(request);
      if (waiting.length === 1) soon(flush);
    },
    end: () => void (ended = true),
  };
}

/** Neighbours together, as long as one call can bring them. */
export function groupsOf<Block extends { startRow: number; endRow: number }>(requests: readonly Block[]): Block[][] {
  const groups: Block[][] = [];
  for (const request of requests.toSorted((a, b) => a.startRow - b.startRow)) {
    const group = groups.at(-1);
    const first = group?.[0];
    if (group !== undefined && first !== undefined && request.endRow - first.startRow <= mostRows) group.push(request);
    else groups.push([request]);
  }
  return groups;
}
