/** What backends want to know of files besides the files, by the names that their calls have for it. Apart from their settings, so that it needs no zod. */
import type { BrokerKind } from './broker-settings.ts';
import { isS3Config } from './connection-kind.ts';
import type { ConnectionConfig } from './domain.ts';

export interface BackendField {
  /** as a destination's fields have it */
  name: string;
  /** Without it the backend takes nothing. */
  needed: boolean;
  /** what of the upload's details tells it too; null: nothing does */
  detail: 'event' | 'session' | null;
}

const fields: Record<BrokerKind, BackendField> = {
  fitness: { name: 'file_type', needed: false, detail: null },
  idance: { name: 'session_id', needed: false, detail: 'session' },
  'upload-module': { name: 'public', needed: false, detail: null },
  plugs: { name: 'event_id', needed: true, detail: 'event' },
};

/** null: a bucket, or a connection that is gone */
export function backendKind(config: ConnectionConfig | undefined): BrokerKind | null {
  return config === undefined || isS3Config(config) ? null : config.settings.kind;
}

export function backendField(kind: BrokerKind): BackendField {
  return fields[kind];
}

/** The only kind that is told a folder: the others choose every part of a key themselves. */
export function takesFolder(kind: BrokerKind): boolean {
  return kind === 'upload-module';
}
