import { create } from 'zustand';
import type { Offer } from '../../shared/ipc.ts';
import { onEvent } from '../ipc.ts';
import { useNavigation } from './navigation.ts';

/** What was dropped or chosen and is not decided yet; the first is asked about. */
export const useOffers = create<{ offers: Offer[] }>()(() => ({ offers: [] }));

export function addOffer(offer: Offer): void {
  useNavigation.getState().go('uploads');
  useOffers.setState(({ offers }) => ({ offers: [...offers, offer] }));
}

/** It was started or dismissed. */
export function endOffer(id: string): void {
  useOffers.setState(({ offers }) => ({ offers: offers.filter((offer) => offer.id !== id) }));
}

/** Once, at the start of the window. */
export function followOffers(): void {
  onEvent('offer', addOffer);
}
