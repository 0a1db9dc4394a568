import { useEffect, useRef, type RefObject } from 'react';
import { searchIsFound, useSearchRequest } from '../stores/search-request.ts';

/** ms: a field that comes later than this after it was asked for would take the focus from something else */
const patience = 1000;

/** For a search field that "Find" in the menu goes to, with all that is in it selected; one that is not there yet, once it is. */
export function useAskedSearch(): RefObject<HTMLInputElement | null> {
  const field = useRef<HTMLInputElement>(null);
  const request = useSearchRequest((state) => state.request);
  useEffect(() => {
    if (request === null) return;
    searchIsFound();
    if (performance.now() - request.at < patience) field.current?.select();
  }, [request]);
  return field;
}

/** For a bar in whose place the search field is: `leave` makes room for that. */
export function useRoomForSearch(leave: () => void): void {
  useEffect(
    () =>
      useSearchRequest.subscribe(({ request }) => {
        if (request !== null) leave();
      }),
    [leave],
  );
}
