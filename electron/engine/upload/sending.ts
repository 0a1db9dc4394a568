/** What a transfer sends: from where, as what, and what its receipt says of the file that it came from. */
import path from 'node:path';
import mime from 'mime';
import type { Fingerprint, Receipt, Transfer } from '../../../shared/domain.ts';
import type { DestinationRules } from '../../../shared/destination.ts';
import type { Output } from '../../../shared/output.ts';
import type { Journal } from '../../journal/journal.ts';
import { optionsOf, plainOptions, type ObjectOptions } from '../../storage/object-options.ts';
import { destinedOf, type Destined } from '../plan/destined.ts';
import type { Source } from './body.ts';

export interface Sending {
  source: Source;
  options: ObjectOptions;
  overwrite: DestinationRules['overwrite'];
  /** what of the file it is */
  role: Output['role'];
  /** of another size of an image */
  name: Output['name'];
  /** the file that it is, or that it is made of, as that was planned */
  original: Source;
  /** null: the objects have no address but the store's */
  publicUrlBase: string | null;
  receipt: Pick<Receipt, 'destinationId' | 'source' | 'sourceSize' | 'type' | 'changes'>;
}

const unknownType = 'application/octet-stream';

/** Without a destination it is the file as it is, and replaces what has its key. */
export function sendingOf(journal: Journal, transfer: Transfer): Sending {
  const destined = destinedOf(journal, transfer);
  if (destined !== null) return sendingTo(journal, transfer, destined);
  const type = mime.getType(path.basename(transfer.source)) ?? unknownType;
  const source: Source = { path: transfer.source, planned: transfer };
  return {
    source,
    original: source,
    options: plainOptionsOf(type),
    overwrite: 'replace',
    role: 'file',
    name: null,
    publicUrlBase: null,
    receipt: { destinationId: null, source: transfer.source, sourceSize: transfer.size, type, changes: null },
  };
}

/** One for each type: most uploads are thousands of photos, and their headers are made once (see `headersOf`). */
const plain = new Map<string, ObjectOptions>();

function plainOptionsOf(type: string): ObjectOptions {
  let options = plain.get(type);
  if (options === undefined) plain.set(type, (options = plainOptions(type)));
  return options;
}

function sendingTo(journal: Journal, transfer: Transfer, { target, output }: Destined): Sending {
  const { prepared } = output;
  const type = prepared?.type ?? output.type;
  const name = path.posix.basename(transfer.key);
  return {
    source: { path: prepared?.file ?? transfer.source, planned: transfer satisfies Fingerprint },
    original: { path: transfer.source, planned: output.source },
    options: optionsOf(target.rules, journal.batch(transfer.batchId).details, { type, name }),
    overwrite: target.rules.overwrite,
    role: output.role,
    name: output.name,
    publicUrlBase: target.rules.publicUrlBase,
    receipt: {
      destinationId: target.destinationId,
      source: transfer.source,
      sourceSize: output.source.size,
      type,
      changes: prepared?.changes ?? [],
    },
  };
}
