/** Where the last upload went, so that the next one begins there. */
import { isS3 } from '../../../../shared/connection-kind.ts';
import type { ConnectionInfo } from '../../../../shared/ipc.ts';
import type { Placement } from '../../../../shared/upload-plan.ts';
import type { BrowsePlace } from '../../../stores/browse.ts';
import type { Destinations, OfferDraft } from './draft.ts';

const places = { connection: 'last-connection', destinations: 'last-destinations', to: 'last-to' };

export function rememberPlacement(placement: Placement): void {
  localStorage.setItem(places.to, placement.to);
  if (placement.to === 'connection') localStorage.setItem(places.connection, String(placement.connectionId));
  else localStorage.setItem(places.destinations, placement.targets.map(({ destinationId }) => destinationId).join(' '));
}

/** Into the folder that it was dropped into; else what is there of the last choice; else what there is only one of, and a bucket before a backend: it takes files as they are. */
export function firstDraft(
  connections: readonly ConnectionInfo[],
  destinations: Destinations,
  into: BrowsePlace | null = null,
): OfferDraft {
  const plain = { chosen: [], fields: {}, exceptions: {} };
  if (into !== null) return { to: 'connection', connectionId: into.connectionId, prefix: into.prefix, ...plain };
  const lastIds = (localStorage.getItem(places.destinations) ?? '').split(' ').map(Number);
  const last = lastIds.filter((id) => destinations.some((one) => one.id === id));
  const only = destinations.length === 1 ? destinations.map(({ id }) => id) : [];
  const lastConnection = connections.find(({ id }) => id === Number(localStorage.getItem(places.connection)));
  const asTheyAre = destinations.length === 0 || localStorage.getItem(places.to) === 'connection';
  return {
    to: asTheyAre ? 'connection' : 'destinations',
    connectionId: (lastConnection ?? connections.find(isS3) ?? connections[0])?.id ?? null,
    prefix: '',
    ...plain,
    chosen: (last.length > 0 ? last : only).map((destinationId) => ({ destinationId, rules: null })),
  };
}
