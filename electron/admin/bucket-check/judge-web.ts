/** What web pages may do with the objects. Sideline itself is none, and needs no rule. */
import type { Finding } from '../../../shared/bucket-check.ts';
import { bucketCheck } from '../../../shared/strings/bucket-check.ts';
import { isOpen, writes } from './cors-rules.ts';
import type { BucketFacts } from './facts.ts';
import { finding, isPublic, type Used } from './finding.ts';

const words = bucketCheck.findings;

export function judgeWeb({ cors }: BucketFacts, used: readonly Used[]): Finding[] {
  if (!cors.known) return [];
  const rules = cors.value;
  if (rules.some((rule) => isOpen(rule) && writes(rule)))
    return [
      finding('cors-any-writes', 'cors', 'advice', words.corsAnyWrites, {
        mend: { mend: 'cors', origins: [], upload: true, instead: true },
      }),
    ];
  if (rules.some(isOpen)) return [finding('cors-read-all', 'cors', 'fine', words.corsReadAll)];
  const originsOf = (some: typeof rules) => [...new Set(some.flatMap((rule) => rule.origins))];
  const origins = originsOf(rules);
  if (origins.length > 0)
    return [finding('cors-fine', 'cors', 'fine', words.corsFine(origins, originsOf(rules.filter(writes))))];
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
