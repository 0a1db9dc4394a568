/** What a backend is told of files that go there as they are: a detail of the upload that it cannot do without, or asks for. Pure. */
import { backendField, backendKind } from '../../../../shared/backend-fields.ts';
import { uploads } from '../../../../shared/strings/uploads.ts';
import type { DetailsDraft } from './details-draft.ts';
import type { Connections } from './draft.ts';

const words = uploads.offer.backend;

export interface Told {
  detail: 'event' | 'session';
  label: string;
  hint: string;
  /** null: it will do */
  problem: string | null;
}

/** null: it is a bucket, or a backend that wants nothing of the details */
export function toldOf(connectionId: number | null, connections: Connections, details: DetailsDraft): Told | null {
  const kind = backendKind(connections.find(({ id }) => id === connectionId)?.config);
  if (kind === null) return null;
  const { detail, needed } = backendField(kind);
  if (detail === null) return null;
  const isMissing = needed && details[detail].trim() === '';
  return { detail, ...words.told[detail], problem: isMissing ? words.needed : null };
}
