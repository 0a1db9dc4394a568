/** What all judges have in common: the form of a finding, and a destination as they look at it. */
import type { Finding } from '../../../shared/bucket-check.ts';
import type { DestinationRules } from '../../../shared/destination.ts';

/** A destination, and the folders that its keys lie in. */
export interface Used {
  rules: DestinationRules;
  folders: readonly string[];
}

/** The parts that all findings have. */
export function finding(
  id: string,
  about: Finding['about'],
  severity: Finding['severity'],
  said: { title: string; text: string },
  more: Partial<Pick<Finding, 'destinations' | 'mend'>> = {},
): Finding {
  return { id, about, severity, ...said, destinations: [], mend: null, ...more };
}

/** It hands out addresses that everybody is to open. */
export function isPublic({ rules }: Used): boolean {
  return rules.acl === 'public-read' || rules.publicUrlBase !== null;
}
