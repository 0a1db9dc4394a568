/** What of a destination means something where its files go over a backend: the rest is the backend's to decide. */
import { backendField, backendKind, takesFolder } from '../../../shared/backend-fields.ts';
import type { BrokerKind } from '../../../shared/broker-settings.ts';
import { useConnections } from '../../stores/connections.ts';
import type { FormValues } from './draft.ts';
import type { SectionId } from './sections.ts';

/** Of the connection that is chosen; null: a bucket, or none yet. */
export function useBackendKind(connectionId: number | null): BrokerKind | null {
  const list = useConnections((state) => state.list) ?? [];
  return backendKind(list.find(({ id }) => id === connectionId)?.config);
}

/** Groups of the form that say how an object is named and stored. */
const ofBuckets: readonly SectionId[] = ['exists', 'stored'];

export function isForBucketsOnly(section: SectionId): boolean {
  return ofBuckets.includes(section);
}

/** How a group is set, in a line, where the keys are not ours to make. */
export function whereSummary(kind: BrokerKind, { prefix, fields }: FormValues): string {
  const { name } = backendField(kind);
  const value = (fields[name] ?? '').trim();
  const parts = [takesFolder(kind) ? prefix.trim() : '', value === '' ? '' : `${name} ${value}`];
  return parts.filter((part) => part !== '').join(', ');
}
