import { placeName } from '../../shared/connection-kind.ts';
import { printable } from '../../shared/format.ts';
import { browse } from '../../shared/strings/browse.ts';
import { useBrowse, type BrowsePlace } from './browse.ts';
import { useConnections } from './connections.ts';
import { useNavigation } from './navigation.ts';
import { refusalOf, useRights } from './rights.ts';

export interface UploadPlace {
  place: BrowsePlace;
  /** bucket and folder, for a person */
  name: string;
  /** why nothing can be uploaded there, in words */
  refusal: string | null;
}

/** The folder of a bucket that is looked at, into which a drop goes; null: none is. */
export function folderLookedAt(): UploadPlace | null {
  const { connectionId, prefix } = useBrowse.getState();
  const connection = useConnections.getState().list?.find(({ id }) => id === connectionId);
  if (useNavigation.getState().view !== 'browse' || connectionId === null || connection === undefined) return null;
  const { rights } = useRights.getState();
  const denied = refusalOf(rights?.connectionId === connectionId ? rights : null, 'write', prefix);
  return {
    place: { connectionId, prefix },
    name: printable(`${placeName(connection.config)}/${prefix}`),
    refusal: denied ?? (isPlain(prefix) ? null : browse.drop.oddFolder),
  };
}

/** Uploads make keys without empty names, and without spaces or slashes at their beginning. */
function isPlain(prefix: string): boolean {
  return prefix === prefix.trim() && !prefix.startsWith('/') && !prefix.includes('//');
}
