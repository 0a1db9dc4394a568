/** One PUT or many, and how large the parts are. Limits: https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html */
export const MiB = 2 ** 20;

const mostParts = 10_000;
/** S3 refuses smaller parts, but for the last. bytes */
export const smallestPart = 5 * MiB;
/** bytes */
const usualPart = 8 * MiB;

export interface PartRules {
  /** files up to this size are one PUT. bytes */
  singlePut: number;
  /** bytes */
  smallest: number;
  /** bytes */
  usual: number;
  /** A request should be through within so long: S3 refuses one that takes 15 minutes (RequestTimeTooSkewed). ms */
  longest: number;
}

export const partRules: PartRules = {
  singlePut: 16 * MiB,
  smallest: smallestPart,
  usual: usualPart,
  longest: 4 * 60_000,
};

/**
 * The size of each part but the last (bytes), or null for a single PUT. `rate` is what the line was seen to carry (bytes per
 * second), null when unknown: on a line so slow that a usual part would take minutes, the parts are as small as S3 allows.
 */
export function partSizeFor(size: number, rate: number | null, rules: PartRules = partRules): number | null {
  const slow = rate !== null && bytesInTime(rate, rules) < 2 * rules.usual;
  if (size <= (slow ? rules.smallest : rules.singlePut)) return null;
  const forTenThousand = Math.ceil(size / mostParts / MiB) * MiB;
  const wanted = slow ? rules.smallest : rules.usual;
  // Rules with parts below 1 MiB are for tests: they get as many parts as they ask for.
  return size / wanted <= mostParts ? wanted : Math.max(wanted, forTenThousand);
}

/** Into how small parts a file can be cut that takes too long as it is (`partSize` null: whole). bytes; null: into no smaller ones */
export function smallerPartSize(file: { size: number; partSize: number | null }, rules: PartRules): number | null {
  const smallest = partSizeFor(file.size, 0, rules);
  return smallest !== null && smallest < (file.partSize ?? file.size) ? smallest : null;
}

/** What a line of this rate (bytes per second) carries while a request may take. bytes */
export function bytesInTime(rate: number, rules: PartRules = partRules): number {
  return (rate * rules.longest) / 1000;
}

export function partCount(size: number, partSize: number): number {
  return Math.ceil(size / partSize);
}

/** Where a part (1 and up) lies in its file. bytes */
export function partRange(size: number, partSize: number, number: number): { offset: number; length: number } {
  const offset = (number - 1) * partSize;
  return { offset, length: Math.min(partSize, size - offset) };
}
