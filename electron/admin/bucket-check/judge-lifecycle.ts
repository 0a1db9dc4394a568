/** What the bucket removes and moves by itself, and what it should. */
import type { Finding, Mend } from '../../../shared/bucket-check.ts';
import { bucketWishes, temporaryPart } from '../../../shared/presets/bucket-wishes.ts';
import { bucketCheck } from '../../../shared/strings/bucket-check.ts';
import type { BucketFacts, LifecycleRule } from './facts.ts';
import { finding, isPublic, type Used } from './finding.ts';

const words = bucketCheck.findings;

/** A laptop may be without network for a long weekend. days */
const shortAbort = 4;
export const goodAbort = 7;

export function judgeLifecycle(facts: BucketFacts, used: readonly Used[], now: number): Finding[] {
  return [...judgeUploads(facts, now), ...judgeRules(facts, used)];
}

function judgeRules({ lifecycle, config }: BucketFacts, used: readonly Used[]): Finding[] {
  if (!lifecycle.known) return [];
  const rules = lifecycle.value.filter(({ enabled }) => enabled);
  return [
    judgeAbort(rules),
    ...judgeTemporary(rules, used),
    ...used.flatMap((one) => [...deletesAll(rules, one), ...archivesPublic(rules, one)]),
    ...(config.endpoint === null ? judgeArchive(rules, used) : []), // others have no classes, or other ones
  ];
}

function judgeAbort(rules: readonly LifecycleRule[]): Finding {
  const aborting = rules.flatMap(({ abortAfter, prefix }) =>
    abortAfter === null || prefix !== '' ? [] : [abortAfter],
  );
  const mend: Mend = { mend: 'abort-uploads', days: goodAbort };
  if (aborting.length === 0) return finding('abort-missing', 'lifecycle', 'advice', words.abortMissing, { mend });
  const first = Math.min(...aborting);
  if (first < shortAbort) return finding('abort-short', 'lifecycle', 'advice', words.abortShort(first));
  return finding('abort-fine', 'lifecycle', 'fine', words.abortFine(first));
}

/** It holds for all of a folder. */
const coversAll = ({ prefix, narrowed }: LifecycleRule, folder: string) => !narrowed && folder.startsWith(prefix);

function judgeTemporary(rules: readonly LifecycleRule[], used: readonly Used[]): Finding[] {
  const prefixes = new Set(used.flatMap(({ folders }) => folders.flatMap((folder) => temporaryPart(folder) ?? [])));
  return [...prefixes].map((prefix) => {
    const concerned = used.filter(({ folders }) => folders.some((folder) => folder.startsWith(prefix)));
    const destinations = concerned.map(({ rules: { name } }) => name);
    const expiring = rules.find((rule) => rule.expireAfter !== null && coversAll(rule, prefix));
    const mend: Mend = { mend: 'expire', prefix, days: bucketWishes.temporaryDays };
    if (expiring === undefined)
      return finding('expire-missing', 'lifecycle', 'advice', words.expireMissing(prefix), { destinations, mend });
    const said = words.expireFine(prefix, expiring.expireAfter ?? 0);
    return finding('expire-fine', 'lifecycle', 'fine', said, { destinations });
  });
}

/** What lies in a folder for nothing but a short time may be deleted; what lies elsewhere, all or some of it, is lost. */
function deletesAll(rules: readonly LifecycleRule[], { rules: { name }, folders }: Used): Finding[] {
  const lasting = folders.filter((folder) => temporaryPart(folder) === null);
  const deleting = rules.filter(({ expireAfter, prefix }) => expireAfter !== null && temporaryPart(prefix) === null);
  const destinations = [name];
  const whole = deleting.find((rule) => lasting.some((folder) => coversAll(rule, folder)));
  if (whole !== undefined) {
    const said = words.deletesAll(whole.id, whole.expireAfter ?? 0);
    return [finding('deletes-all', 'lifecycle', 'problem', said, { destinations })];
  }
  const part = deleting.find(({ prefix }) =>
    lasting.some((folder) => prefix.startsWith(folder) || folder.startsWith(prefix)),
  );
  if (part === undefined) return [];
  const said = words.deletesSome(part.id, part.prefix, part.expireAfter ?? 0);
  return [finding('deletes-some', 'lifecycle', 'advice', said, { destinations })];
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/storage-class-intro.html: these must be restored before they are read. */
const archived = new Set(['GLACIER', 'DEEP_ARCHIVE']);

function archivesPublic(rules: readonly LifecycleRule[], one: Used): Finding[] {
  if (!isPublic(one)) return [];
  for (const rule of rules) {
    const moving = rule.transitions.find(({ storageClass }) => archived.has(storageClass));
    if (moving === undefined || !one.folders.some((folder) => coversAll(rule, folder))) continue;
    const said = words.archivesPublic(rule.id, moving.storageClass, moving.days);
    return [finding('archives-public', 'lifecycle', 'problem', said, { destinations: [one.rules.name] })];
  }
  return [];
}

/** Only where a system that Sideline knows wishes it, and nothing else moves or deletes what is there. */
function judgeArchive(rules: readonly LifecycleRule[], used: readonly Used[]): Finding[] {
  return bucketWishes.archive.flatMap(({ prefix, days, storageClass }) => {
    const concerned = used.filter(
      ({ folders, rules: { storageClass: own } }) =>
        (own === null || own === 'STANDARD') && folders.some((folder) => folder.startsWith(prefix)),
    );
    if (concerned.length === 0) return [];
    const destinations = concerned.map(({ rules: { name } }) => name);
    const seen = rules.some(
      (rule) => coversAll(rule, prefix) && (rule.transitions.length > 0 || rule.expireAfter !== null),
    );
    if (seen) return [finding('archive-fine', 'lifecycle', 'fine', words.archiveFine(prefix), { destinations })];
    const mend: Mend = { mend: 'archive', prefix, days, storageClass };
    return [finding('archive-advice', 'lifecycle', 'advice', words.archiveAdvice(prefix), { destinations, mend })];
  });
}

const day = 24 * 3_600_000;

function judgeUploads({ uploads, lifecycle }: BucketFacts, now: number): Finding[] {
  if (!uploads.known) return [];
  const { count, more, bytes, bytesKnown, oldest, own } = uploads.value;
  const left = count - own;
  if (left <= 0 || oldest === null) return [finding('uploads-fine', 'uploads', 'fine', words.uploadsFine(own))];
  const since = new Date(oldest).toISOString().slice(0, 10);
  // Younger ones may be somebody's who sends just now; where a rule takes care of them nobody need do anything.
  const cared = lifecycle.known && lifecycle.value.some((rule) => rule.enabled && rule.abortAfter !== null);
  const old = now - oldest > goodAbort * day;
  const say = old ? words.uploadsLeft : words.uploadsYoung;
  const said = say(left, more, bucketCheck.bytes(bytes, bytesKnown), since);
  return [finding('uploads-left', 'uploads', old && !cared ? 'problem' : 'advice', said)];
}
