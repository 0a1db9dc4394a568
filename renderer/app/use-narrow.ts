import { useEffect, useState, type RefObject } from 'react';

/** Whether a place in the window is narrower than what needs so much room (px). */
export function useNarrow(place: RefObject<HTMLElement | null>, room: number): boolean {
  const [narrow, setNarrow] = useState(false);
  useEffect(() => {
    const { current } = place;
    if (current === null) return;
    const observer = new ResizeObserver(() => setNarrow(current.clientWidth < room));
    observer.observe(current);
    return () => observer.disconnect();
  }, [place, room]);
  return narrow;
}
