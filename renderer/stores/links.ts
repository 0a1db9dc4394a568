import { create } from 'zustand';

export interface WantedLinks {
  connectionId: number;
  /** null: of no object, only for uploads */
  key: string | null;
  /** the folder that is looked at, where uploads go */
  prefix: string;
}

/** What the dialog of links is open for; null: it is closed. */
export const useLinks = create<{ wanted: WantedLinks | null }>()(() => ({ wanted: null }));
