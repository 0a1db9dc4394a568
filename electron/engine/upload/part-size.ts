/** One PUT or many, and how large the parts are. Limits: https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html */
export const MiB = 2 ** 20;

const mostParts = 10_000;
/** S3 refuses smaller parts, but for the last. bytes */
export const smallestPart = 5 * MiB;
/** bytes */
const usualPart = 8 * MiB;
/** A part must be through well before S3's 15 minutes (RequestTimeTooSkewed). ms */
export const longestPart = 4 * 60_000;

export interface PartRules {
  /** files up to this size are one PUT. bytes */
  singlePut: number;
  /** bytes */
  smallest: number;
  /** bytes */
  usual: number;
}

export const partRules: PartRules = { singlePut: 16 * MiB, smallest: smallestPart, usual: usualPart };

/**
 * The size of each part but the last (bytes), or null for a single PUT. `rate` is what the line was seen to carry (bytes per
 * second), null when unknown: on a line so slow that a usual part would take minutes, the parts are as small as S3 allows.
 */
export function partSizeFor(size: number, rate: number | null, rules: PartRules = partRules): number | null {
  const slow = rate !== null && rate * (longestPart / 1000) < 2 * rules.usual;
  if (size <= (slow ? rules.smallest : rules.singlePut)) return null;
  const forTenThousand = Math.ceil(size / mostParts / MiB) * MiB;
  const wanted = slow ? rules.smallest : rules.usual;
  // Rules with parts below 1 MiB are for tests: they get as many parts as they ask for.
  return size / wanted <= mostParts ? wanted : Math.max(wanted, forTenThousand);
}

export function partCount(size: number, partSize: number): number {
  return Math.ceil(size / partSize);
}

/** Where a part (1 and up) lies in its file. bytes */
export function partRange(size: number, partSize: number, number: number): { offset: number; length: number } {
  const offset = (number - 1) * partSize;
  return { offset, length: Math.min(partSize, size - offset) };
}

/** How many parts of this size a line can carry side by side so that each is through in time; at least one. */
export function mostSideBySide(rate: number, bytes: number): number {
  return Math.max(1, Math.floor((rate * longestPart) / 1000 / bytes));
}
