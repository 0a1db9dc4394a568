import { useEffect, useRef } from 'react';

/** For what appears below a long form: it is scrolled to whenever `shown` is another thing, and not null. */
export function useInSight(shown: unknown) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (shown !== null) place.current?.scrollIntoView({ block: 'nearest' });
  }, [shown]);
  return place;
}
