/** What a change brings besides what it is wanted for. */
import type { Mend } from '../../../shared/bucket-check.ts';
import type { DestinationRules } from '../../../shared/destination.ts';
import { ownFolders } from '../../../shared/own-folder.ts';
import { temporaryPart } from '../../../shared/presets/bucket-wishes.ts';
import { bucketCheck } from '../../../shared/strings/bucket-check.ts';
import type { PlannedChange } from './changes.ts';
import { isPublic } from './finding.ts';

const words = bucketCheck.warnings;

export function warningsOf(
  { setting, mend, isAmazon, isBlocked, isOverOthers }: PlannedChange,
  destinations: readonly DestinationRules[],
): string[] {
  const around = [
    ...(isBlocked ? [words.blocked] : []),
    ...(mend?.mend === 'archive' && !isAmazon ? [words.otherClasses(mend.storageClass)] : []),
  ];
  if (mend !== null) return [...around, ...ofMend(mend, destinations)];
  return [...(isOverOthers ? [words.overOthers] : []), ...(setting === 'versioning' ? [words.suspends] : [])];
}

function ofMend(mend: Mend, destinations: readonly DestinationRules[]): string[] {
  switch (mend.mend) {
    case 'cors':
      return [words.prior, ...(mend.instead === true ? [words.othersCannotSend] : [])];
    case 'abort-uploads':
      return [words.early(mend.days)];
    case 'expire': {
      const names = namesUnder(mend.prefix, destinations, (folder) => temporaryPart(folder) === null);
      const deletes = names.length > 0 ? [words.deletes(names, mend.days)] : [];
      return [words.expires(mend.days), ...deletes, words.keptVersions];
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
      const shut = mend.instead === true ? namesOutside(mend.prefix, destinations) : [];
      return [
        words.everyone,
        ...(names.length > 0 ? [words.opens(names)] : []),
        ...(shut.length > 0 ? [words.shuts(shut)] : []),
      ];
    }
    case 'allow-public':
      return [words.unblock];
  }
}

/** Those whose addresses only a policy opens, and that have keys elsewhere. */
function namesOutside(prefix: string, destinations: readonly DestinationRules[]): string[] {
  return destinations
    .filter((rules) => isPublic({ rules, folders: [] }) && rules.acl === null)
    .filter((rules) => ownFolders(rules).some((folder) => !folder.startsWith(prefix)))
    .map(({ name }) => name);
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
