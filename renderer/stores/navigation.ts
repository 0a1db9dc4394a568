import { create } from 'zustand';

export type ViewName = 'uploads' | 'browse' | 'history' | 'destinations' | 'connections' | 'bucket' | 'settings';

interface Navigation {
  view: ViewName;
  go: (view: ViewName) => void;
}

/** Which view the window shows. */
export const useNavigation = create<Navigation>()((set) => ({
  view: 'uploads',
  go: (view) => set({ view }),
}));
