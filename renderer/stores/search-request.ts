import { create } from 'zustand';

interface SearchRequest {
  /** by the clock of `performance`. ms */
  at: number;
}

/** The person asks for the search field: the list answers by putting the focus there. null: that is done. */
export const useSearchRequest = create<{ request: SearchRequest | null }>()(() => ({ request: null }));

export function askForSearch(): void {
  useSearchRequest.setState({ request: { at: performance.now() } });
}

export function searchIsFound(): void {
  useSearchRequest.setState({ request: null });
}
