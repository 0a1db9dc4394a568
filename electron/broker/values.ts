/** What a backend wants to know of a file besides the file: what is said of the batch, and what its destination says. */
import type { BatchDetails, DestinationRules } from '../../shared/destination.ts';
import type { BrokerKind } from '../../shared/broker-settings.ts';

export interface Said {
  details: Pick<BatchDetails, 'event' | 'session'>;
  /** of the batch */
  prefix: string;
  /** null: the batch has no destinations */
  rules: Pick<DestinationRules, 'prefix' | 'fields' | 'acl'> | null;
}

/** where nobody says what a file is of: the last of the fitness app's categories */
const usualFileType = 'misc';

/** By the names that backends have for them; what nobody said is not in it. A destination's own fields count most. */
export function valuesFor(kind: BrokerKind, { details, prefix, rules }: Said): Record<string, string> {
  const fields = rules?.fields ?? {};
  const all = {
    fitness: { file_type: fields.file_type ?? usualFileType },
    idance: { session_id: fields.session_id ?? details.session },
    'upload-module': {
      prefix: (rules?.prefix ?? prefix).replace(/\/+$/, ''),
      public: fields.public ?? (rules?.acl === 'public-read' ? 'true' : undefined),
    },
    plugs: { event_id: fields.event_id ?? details.event },
  }[kind];
  return Object.fromEntries(
    Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== ''),
  );
}
