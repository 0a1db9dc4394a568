/** What is fine and what is not with a bucket, for the destinations that are in use. Pure: the same facts give the same findings. */
import { settingNames, severities, type Finding, type SettingName } from '../../../shared/bucket-check.ts';
import type { DestinationRules } from '../../../shared/destination.ts';
import { ownFolders } from '../../../shared/own-folder.ts';
import { bucketCheck } from '../../../shared/strings/bucket-check.ts';
import type { BucketFacts, Fact } from './facts.ts';
import { finding } from './finding.ts';
import { judgeAccess } from './judge-access.ts';
import { judgeKeeping } from './judge-keeping.ts';
import { judgeLifecycle } from './judge-lifecycle.ts';
import { judgeWeb } from './judge-web.ts';

const words = bucketCheck.findings;

/** `now`: ms since 1970, by the store's clock. Problems come first. */
export function judge(facts: BucketFacts, destinations: readonly DestinationRules[], now: number): Finding[] {
  const used = destinations.map((rules) => ({ rules, folders: ownFolders(rules) }));
  const all = [
    ...judgeWay(facts),
    ...judgeAccess(facts, used),
    ...judgeKeeping(facts, used),
    ...judgeLifecycle(facts, used, now),
    ...judgeWeb(facts, used),
    ...notKnown(facts),
  ];
  return grouped(all).toSorted((one, other) => severities.indexOf(one.severity) - severities.indexOf(other.severity));
}

/** What is the same for several destinations is said once. */
function grouped(findings: readonly Finding[]): Finding[] {
  const groups = new Map<string, Finding>();
  for (const { destinations, ...said } of findings) {
    const name = JSON.stringify(said);
    const before = groups.get(name)?.destinations ?? [];
    groups.set(name, { ...said, destinations: [...new Set([...before, ...destinations])] });
  }
  return [...groups.values()];
}

const loopback = /^(localhost|127(\.\d+){3}|\[::1\])$/;

function judgeWay({ config: { endpoint } }: BucketFacts): Finding[] {
  if (endpoint === null || endpoint.startsWith('https:')) return [finding('https', 'connection', 'fine', words.https)];
  if (loopback.test(new URL(endpoint).hostname)) return [finding('http-local', 'connection', 'fine', words.local)];
  return [finding('http', 'connection', 'problem', words.http)];
}

/** What was denied or failed, one by one; what the storage does not have, in one sentence. */
function notKnown(facts: BucketFacts): Finding[] {
  const missing: string[] = [];
  const findings: Finding[] = [];
  for (const name of [...settingNames, 'uploads'] as const) {
    const fact = factNamed(facts, name);
    if (fact.known) continue;
    if (fact.why === 'unsupported') missing.push(bucketCheck.settings[name]);
    else findings.push(finding(`unknown-${name}`, name, 'unknown', words.unknown(name, fact.message)));
  }
  if (missing.length > 0) findings.push(finding('unsupported', 'connection', 'fine', words.unsupported(missing)));
  return findings;
}

function factNamed(facts: BucketFacts, name: SettingName | 'uploads'): Fact<unknown> {
  switch (name) {
    case 'public-access':
      return facts.publicAccess;
    case 'object-lock':
      return facts.objectLock;
    default:
      return facts[name];
  }
}
