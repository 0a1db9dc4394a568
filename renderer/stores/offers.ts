import { create } from 'zustand';
import type { Offer } from '../../shared/ipc.ts';
import { onEvent } from '../ipc.ts';
import type { BrowsePlace } from './browse.ts';
import { useNavigation } from './navigation.ts';

export interface AskedOffer extends Offer {
  /** the folder of a bucket that it was dropped into; null: nobody has said where to */
  to: BrowsePlace | null;
}

/** What was dropped or chosen and is not decided yet; the first is asked about. */
export const useOffers = create<{ offers: AskedOffer[] }>()(() => ({ offers: [] }));

/** Whoever drops into a folder stays there, and sees it arrive. */
export function addOffer(offer: Offer, to: BrowsePlace | null = null): void {
  if (to === null) useNavigation.getState().go('uploads');
  useOffers.setState(({ offers }) => ({ offers: [...offers, { ...offer, to }] }));
}

/** It was started or dismissed. */
export function endOffer(id: string): void {
  useOffers.setState(({ offers }) => ({ offers: offers.filter((offer) => offer.id !== id) }));
}

/** Once, at the start of the window. */
export function followOffers(): void {
  onEvent('offer', (offer) => addOffer(offer));
}
