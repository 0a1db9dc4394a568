/** Where the focus goes when the button that had opened a dialog is gone with what was done in it: to what took its place. */
import { useEffect, useRef, useState } from 'react';

/** Returns what names the element; it gets the focus once it is there and `isFree`: no dialog keeps it. */
export function useFocusBack(isFree: boolean): (elementId: string) => void {
  const [wanted, setWanted] = useState<{ elementId: string } | null>(null);
  const done = useRef<typeof wanted>(null);
  // After every change: the list may come later than the answer.
  useEffect(() => {
    if (wanted === null || wanted === done.current || !isFree) return;
    const element = document.getElementById(wanted.elementId);
    if (element === null) return;
    element.focus();
    done.current = wanted;
  });
  return (elementId) => setWanted({ elementId });
}
