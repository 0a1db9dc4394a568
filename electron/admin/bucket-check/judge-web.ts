/** What web pages may do with the objects. Sideline itself is none, and needs no rule. */
import type { Finding } from '../../../shared/bucket-check.ts';
import { bucketCheck } from '../../../shared/strings/bucket-check.ts';
import type { BucketFacts, CorsRule } from './facts.ts';
import { finding, isPublic, type Used } from './finding.ts';

const words = bucketCheck.findings;

export function judgeWeb({ cors }: BucketFacts, used: readonly Used[]): Finding[] {
  if (!cors.known) return [];
  const rules = cors.value;
  if (rules.some((rule) => isOpen(rule) && writes(rule)))
    return [finding('cors-any-writes', 'cors', 'advice', words.corsAnyWrites)];
  if (rules.some(isOpen)) return [finding('cors-read-all', 'cors', 'fine', words.corsReadAll)];
  const origins = [...new Set(rules.flatMap((rule) => rule.origins))];
  if (origins.length > 0) return [finding('cors-fine', 'cors', 'fine', words.corsFine(origins))];
  const concerned = used.filter(isPublic);
  if (concerned.length === 0) return [];
  const destinations = concerned.map(({ rules: { name } }) => name);
  return [
    finding('cors-missing', 'cors', 'advice', words.corsMissing, {
      destinations,
      mend: { mend: 'cors', origins: [], upload: false },
    }),
  ];
}

function isOpen({ origins }: CorsRule): boolean {
  return origins.includes('*');
}

function writes({ methods }: CorsRule): boolean {
  return methods.some((method) => method !== 'GET' && method !== 'HEAD');
}
