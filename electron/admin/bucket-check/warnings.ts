/** What a change brings besides what it is wanted for. */
import type { Mend } from '../../../shared/bucket-check.ts';
import type { DestinationRules } from '../../../shared/destination.ts';
import { ownFolders } from '../../../shared/own-folder.ts';
import { temporaryPart } from '../../../shared/presets/bucket-wishes.ts';
import { bucketCheck } from '../../../shared/strings/bucket-check.ts';
import { isPublic } from './finding.ts';

const words = bucketCheck.warnings;

export function warningsOf(mend: Mend, destinations: readonly DestinationRules[]): string[] {
  switch (mend.mend) {
    case 'cors':
      return [words.prior];
    case 'abort-uploads':
      return [words.early(mend.days)];
    case 'expire': {
      const names = namesUnder(mend.prefix, destinations, (folder) => temporaryPart(folder) === null);
      return [words.expires(mend.days), ...(names.length > 0 ? [words.deletes(names, mend.days)] : [])];
    }
    case 'archive':
      return /^(GLACIER|DEEP_ARCHIVE)$/.test(mend.storageClass) ? [words.archives(mend.storageClass)] : [];
    case 'encryption':
      return [words.newOnly, ...(mend.by === 'aws:kms' ? [words.kms] : [])];
    case 'versioning':
      return [words.versions];
    case 'public-read': {
      const closed = destinations.filter((rules) => !isPublic({ rules, folders: [] }));
      const names = namesUnder(mend.prefix, closed);
      return [words.everyone, ...(names.length > 0 ? [words.opens(names)] : [])];
    }
    case 'allow-public':
      return [words.unblock];
  }
}

/** Those that have keys under a prefix, in folders of this kind. */
function namesUnder(
  prefix: string,
  destinations: readonly DestinationRules[],
  counts: (folder: string) => boolean = () => true,
): string[] {
  const isUnder = (folder: string) => folder.startsWith(prefix) || prefix.startsWith(folder);
  return destinations
    .filter((rules) => ownFolders(rules).some((folder) => counts(folder) && isUnder(folder)))
    .map(({ name }) => name);
}
