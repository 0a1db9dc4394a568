/** Encryption, versions and locks: what becomes of objects once they are there. */
import type { Finding, Mend } from '../../../shared/bucket-check.ts';
import { bucketCheck } from '../../../shared/strings/bucket-check.ts';
import type { BucketFacts } from './facts.ts';
import { finding, type Used } from './finding.ts';

const words = bucketCheck.findings;

export function judgeKeeping(facts: BucketFacts, used: readonly Used[]): Finding[] {
  return [...judgeEncryption(facts, used), ...judgeVersions(facts, used), ...judgeLock(facts)];
}

const names = (used: readonly Used[]) => used.map(({ rules }) => rules.name);

function judgeEncryption({ encryption, capabilities, config }: BucketFacts, used: readonly Used[]): Finding[] {
  const asking = used.filter(({ rules }) => rules.sse !== null);
  const byStore = asking.filter(({ rules }) => rules.sse?.by === 'AES256');
  if (capabilities?.sse === false && byStore.length > 0) {
    const destinations = names(byStore);
    return [finding('encryption-cannot', 'encryption', 'problem', words.encryptionCannot, { destinations })];
  }
  if (!encryption.known) return [];
  const set = encryption.value;
  // Amazon encrypts everything since 2023. https://docs.aws.amazon.com/AmazonS3/latest/userguide/default-encryption-faq.html
  const by = set?.by ?? (config.endpoint === null ? 'AES256' : null);
  const [first] = asking;
  const wanted = first?.rules.sse ?? null;
  if (wanted === null) {
    if (by === null) return [finding('encryption-none', 'encryption', 'fine', words.encryptionNone)];
    return [finding('encryption-fine', 'encryption', 'fine', words.encryptionFine(by))];
  }
  const destinations = names(asking);
  const keyId = wanted.by === 'aws:kms' ? wanted.keyId : null;
  const mend: Mend = { mend: 'encryption', by: wanted.by, keyId };
  if (by === null)
    return [
      finding('encryption-missing', 'encryption', 'advice', words.encryptionMissing(wanted.by), { destinations, mend }),
    ];
  if (wanted.by === 'aws:kms' && by === 'AES256') {
    const said = words.encryptionOther(wanted.by, by);
    return [finding('encryption-other', 'encryption', 'advice', said, { destinations, mend })];
  }
  return [finding('encryption-fine', 'encryption', 'fine', words.encryptionFine(by), { destinations })];
}

function judgeVersions({ versioning, capabilities }: BucketFacts, used: readonly Used[]): Finding[] {
  if (!versioning.known) return [];
  if (versioning.value === 'on') return [finding('versioning-fine', 'versioning', 'fine', words.versioningFine)];
  const mend: Mend = { mend: 'versioning' };
  const replacing = used.filter(({ rules }) => rules.overwrite !== 'never');
  const racing = used.filter(({ rules }) => rules.overwrite === 'never' && capabilities?.conditionalWrites === false);
  const found: Finding[] = [];
  const say = (id: string, said: { title: string; text: string }, concerned: readonly Used[]) =>
    found.push(finding(id, 'versioning', 'advice', said, { destinations: names(concerned), mend }));
  if (replacing.length > 0) say('versioning-replace', words.versioningReplace, replacing);
  if (racing.length > 0) say('versioning-race', words.versioningRace, racing);
  if (found.length === 0) say('versioning-off', words.versioningOff, []);
  return found;
}

function judgeLock({ objectLock }: BucketFacts): Finding[] {
  if (!objectLock.known || objectLock.value === null) return [];
  const { mode, time } = objectLock.value;
  return [finding('locked', 'object-lock', 'advice', words.locked(mode, time))];
}
