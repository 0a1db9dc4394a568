import { useEffect, useRef, type RefObject } from 'react';
import { useSearchRequest } from '../stores/search-request.ts';

/** For a search field that "Find" in the menu goes to, with all that is in it selected. */
export function useAskedSearch(): RefObject<HTMLInputElement | null> {
  const field = useRef<HTMLInputElement>(null);
  const asked = useSearchRequest((state) => state.turn);
  const askedBefore = useRef(asked);
  useEffect(() => {
    if (asked !== askedBefore.current) field.current?.select();
    askedBefore.current = asked;
  }, [asked]);
  return field;
}
