import { create } from 'zustand';

/** Grows each time the person asks for the search field: the list answers by putting the focus there. */
export const useSearchRequest = create<{ turn: number }>()(() => ({ turn: 0 }));

export function askForSearch(): void {
  useSearchRequest.setState(({ turn }) => ({ turn: turn + 1 }));
}
