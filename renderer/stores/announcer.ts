import { create } from 'zustand';

/** What the live region says; `turn` makes a sentence that is said twice heard twice. */
export const useAnnouncer = create<{ text: string; turn: number }>()(() => ({ text: '', turn: 0 }));

/** A sentence for a screen reader alone: what others see by themselves. */
export function announce(text: string): void {
  useAnnouncer.setState(({ turn }) => ({ text, turn: turn + 1 }));
}
