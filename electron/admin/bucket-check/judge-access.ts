/** Who can read what the destinations send, and who should. */
import type { Finding, Mend } from '../../../shared/bucket-check.ts';
import { bucketCheck } from '../../../shared/strings/bucket-check.ts';
import { addressOf } from '../../storage/address.ts';
import { listingAll, openingTo, readersOf, writingAll, type Readers } from './access-policy.ts';
import type { BucketFacts, Fact } from './facts.ts';
import { finding, isPublic, type Used } from './finding.ts';

const words = bucketCheck.findings;

export function judgeAccess(facts: BucketFacts, used: readonly Used[]): Finding[] {
  const wanting = used.filter(isPublic);
  const closed = used.filter((one) => !isPublic(one));
  const refused = used.flatMap((one) => refusedAcl(facts, one) ?? []);
  const open = wanting.flatMap((one) => judgePublic(facts, one));
  const mend = narrowing(wanting, closed);
  const exposed = closed.flatMap((one) => exposure(facts, one, mend) ?? []);
  const listed = opened(facts);
  const all = [...refused, ...listed, ...open, ...exposed];
  const known = facts.policy.known && facts.acl.known;
  if (closed.length > 0 && exposed.length === 0 && listed.length === 0 && known)
    all.push(finding('private-fine', 'policy', 'fine', words.closed, { destinations: names(closed) }));
  return all;
}

const names = (used: readonly Used[]) => used.map(({ rules }) => rules.name);

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-ownership-error-responses.html */
function refusedAcl({ ownership }: BucketFacts, { rules: { acl, name } }: Used): Finding | null {
  const enforced = ownership.known && ownership.value === 'BucketOwnerEnforced';
  if (!enforced || acl === null || acl === 'bucket-owner-full-control') return null;
  return finding('acls-refused', 'ownership', 'problem', words.aclsRefused(acl), { destinations: [name] });
}

/** What the bucket opens to everybody by itself, whatever the destinations want. */
function opened(facts: BucketFacts): Finding[] {
  return [...bucketGrants(facts), ...openByPolicy(facts)];
}

function bucketGrants({ acl, ownership, publicAccess }: BucketFacts): Finding[] {
  if (valueOf(publicAccess)?.ignoreAcls === true || valueOf(ownership) === 'BucketOwnerEnforced') return [];
  const grants = acl.known ? acl.value : [];
  const may = (to: string, what: RegExp) => grants.some((one) => one.to === to && what.test(one.permission));
  const found: Finding[] = [];
  if (may('everyone', /^(READ|FULL_CONTROL)$/))
    found.push(finding('listed-by-all', 'acl', 'problem', words.listedByAll));
  else if (may('any-account', /^(READ|FULL_CONTROL)$/))
    found.push(finding('listed-by-accounts', 'acl', 'problem', words.listedByAccounts));
  if (may('everyone', /^(WRITE|FULL_CONTROL)$/) || may('any-account', /^(WRITE|FULL_CONTROL)$/))
    found.push(finding('written-by-all', 'acl', 'problem', words.writtenByAll));
  return found;
}

function openByPolicy({ policy, publicAccess }: BucketFacts): Finding[] {
  const statements = valueOf(policy);
  if (statements === null || valueOf(publicAccess)?.restrictBuckets === true) return [];
  const [listing, writing] = [listingAll(statements), writingAll(statements)];
  return [
    ...(listing.length > 0 ? [finding('policy-lists', 'policy', 'problem', words.policyLists(listing))] : []),
    ...(writing.length > 0 ? [finding('policy-writes', 'policy', 'problem', words.policyWrites(writing))] : []),
  ];
}

function judgePublic(facts: BucketFacts, one: Used): Finding[] {
  const { name, acl } = one.rules;
  const destinations = [name];
  const access = valueOf(facts.publicAccess);
  if (acl === 'public-read') {
    if (access?.blockAcls === true || access?.ignoreAcls === true) {
      const mend: Mend = { mend: 'allow-public', by: 'acl' };
      return [
        finding('public-acls-blocked', 'public-access', 'problem', words.publicAclsBlocked, { destinations, mend }),
      ];
    }
    const enforced = valueOf(facts.ownership) === 'BucketOwnerEnforced';
    return enforced ? [] : [finding('public-fine', 'policy', 'fine', words.publicFine, { destinations })];
  }
  return one.folders.flatMap((folder) => judgePublicFolder(facts, one, folder) ?? []);
}

/** Without a public ACL the policy alone opens it. Null: nothing is known of that. */
function judgePublicFolder(facts: BucketFacts, { rules }: Used, folder: string): Finding | null {
  if (!facts.policy.known) return null;
  const destinations = [rules.name];
  const access = valueOf(facts.publicAccess);
  const readers: Readers = readersOf(facts.policy.value, folder);
  const mayMend = folder === '' ? null : ({ mend: 'public-read', prefix: folder } as const);
  switch (readers) {
    case 'everyone':
      if (access?.restrictBuckets !== true)
        return finding('public-fine', 'policy', 'fine', words.publicFine, { destinations });
      break;
    case 'cdn':
      return finding('public-fine', 'policy', 'fine', words.publicFine, { destinations });
    case 'some':
      return finding('public-conditional', 'policy', 'advice', words.publicUnderCondition(folder), { destinations });
    case 'nobody':
      break;
  }
  const host = hostOf(rules.publicUrlBase);
  const ownHost = host === addressOf(facts.config).origin.host;
  if ((access?.blockPolicy === true || access?.restrictBuckets === true) && ownHost) {
    const mend: Mend = { mend: 'allow-public', by: 'policy' };
    return finding('public-policy-blocked', 'public-access', 'problem', words.publicPolicyBlocked, {
      destinations,
      mend,
    });
  }
  if (!ownHost) {
    const said = words.notPublicBehindCdn(host);
    return finding('not-public-cdn', 'policy', 'advice', said, { destinations, mend: mayMend });
  }
  return finding('not-public', 'policy', 'problem', words.notPublic(folder), { destinations, mend: mayMend });
}

function hostOf(base: string | null): string {
  return base === null ? '' : new URL(base).host;
}

/** A folder that is to be open can be so alone, if nothing lies there that is not to be. */
function narrowing(wanting: readonly Used[], closed: readonly Used[]): Mend | null {
  const others = closed.flatMap(({ folders }) => folders);
  const isApart = (folder: string) => !others.some((one) => one.startsWith(folder) || folder.startsWith(one));
  const prefix = wanting.flatMap(({ folders }) => folders).find(isApart);
  return prefix === undefined || prefix === '' ? null : { mend: 'public-read', prefix, instead: true };
}

/** What a policy opens of what was not to be open. With `private` that is wrong; with no ACL it may be meant so. */
function exposure(facts: BucketFacts, { rules, folders }: Used, mend: Mend | null): Finding | null {
  const restricted = valueOf(facts.publicAccess)?.restrictBuckets === true;
  const statements = valueOf(facts.policy);
  if (statements === null || restricted) return null;
  const opening = [...new Set(folders.flatMap((folder) => openingTo(statements, folder)))];
  if (opening.length === 0) return null;
  const destinations = [rules.name];
  return rules.acl === 'private'
    ? finding('private-open', 'policy', 'problem', words.privateOpen(opening), { destinations, mend })
    : finding('maybe-open', 'policy', 'advice', words.maybeOpen(opening), { destinations, mend });
}

function valueOf<T>(fact: Fact<T>): T | null {
  return fact.known ? fact.value : null;
}
