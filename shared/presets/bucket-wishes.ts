/**
 * What the systems that Sideline knows wish of the bucket behind their destinations, by the folders that their keys lie in; a
 * destination of another maker with such a folder has the same wish.
 */
import type { DestinationRules } from '../destination.ts';

interface Archive {
  /** of keys; ends with a slash */
  prefix: string;
  /** after which it is rarely looked at */
  days: number;
  storageClass: NonNullable<DestinationRules['storageClass']>;
}

interface BucketWishes {
  /** names of folders in which nothing is meant to stay, as The Plugs have one */
  temporary: readonly string[];
  temporaryDays: number;
  archive: readonly Archive[];
}

export const bucketWishes: BucketWishes = {
  temporary: ['temp', 'tmp'],
  temporaryDays: 7,
  archive: [
    // Still opened at once, at any age: people look at their own progress, and at old sessions.
    { prefix: 'media/progress_photos/', days: 90, storageClass: 'STANDARD_IA' },
    { prefix: 'sessions/', days: 90, storageClass: 'STANDARD_IA' },
  ],
};

/** The beginning of a folder up to the part whose name says that nothing stays there; null: it has none. */
export function temporaryPart(folder: string): string | null {
  const parts = folder.split('/');
  const at = parts.findIndex((part) => bucketWishes.temporary.includes(part.toLowerCase()));
  return at === -1 ? null : `${parts.slice(0, at + 1).join('/')}/`;
}
