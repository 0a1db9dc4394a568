/** sideline check: is a bucket set up right for the destinations in use, and what would set it right. */
import type { BucketCheck } from '../../shared/bucket-check.ts';
import { asS3 } from '../../shared/connection-kind.ts';
import { SidelineError } from '../../shared/errors.ts';
import { policyText, principalSchema, type PolicyRole } from '../../shared/iam-policy.ts';
import { terminalCheck as words } from '../../shared/strings/terminal-check.ts';
import { checkBucket, type CheckOptions } from '../admin/bucket-check/check.ts';
import type { Bucket } from '../admin/bucket.ts';
import { connectionsTo, ownUploads } from '../admin/orphans/known.ts';
import type { Journal } from '../journal/journal.ts';
import { makeChanges, putBack, showChanges } from './check-changes.ts';
import { wantedMends, type MendInputs } from './check-mends.ts';
import { showCheck } from './check-output.ts';
import type { Environment } from './environment.ts';
import { escaped } from './json-line.ts';
import { withBucket, type BucketCommand } from './open-bucket.ts';
import { reading } from './reading.ts';

export interface CheckCommand extends BucketCommand {
  json: boolean;
  /** null: nothing is changed; none: what harms nobody */
  fix: readonly string[] | null;
  inputs: MendInputs;
  /** the changes of earlier are listed, in place of a check */
  changes: boolean;
  /** the id of one whose effect is taken back */
  putBack?: string | undefined;
  yes: boolean;
}

/** 1 where there are problems (left). Throws `invalid-input` before anything is changed. */
export function checkSetup(options: CheckCommand, env: Environment): Promise<0 | 1 | 2 | 3> {
  const { json, fix, changes, putBack: id } = options;
  if ([fix !== null, changes, id !== undefined].filter(Boolean).length > 1)
    throw new SidelineError('invalid-input', { subject: words.oneOf });
  return withBucket(options, env, async (bucket, signal, journal) => {
    const about = aboutBucket(bucket, journal);
    const making = { bucket, destinations: about.destinations, ...options };
    if (changes) {
      await showChanges(making);
      return 0;
    }
    if (id !== undefined) return (await putBack(making, id, signal)) ? 0 : 1;
    const found = await checkBucket(bucket, about, signal);
    if (fix === null) {
      showCheck(found, json);
      return hasProblems(found) ? 1 : 0;
    }
    const taken = await makeChanges(making, wantedMends(fix, found, options.inputs), signal);
    const left = await checkBucket(bucket, about, signal);
    showCheck(left, json);
    return !taken || hasProblems(left) ? 1 : 0;
  });
}

function aboutBucket(bucket: Bucket, journal: Journal | null): CheckOptions {
  if (journal === null) return { destinations: [], own: { isUnderWay: () => false } };
  const own = ownUploads(journal, connectionsTo(journal, bucket.storage.connection.config));
  const mine = journal.destinations().filter(({ connectionId }) => connectionId === bucket.connectionId);
  return { destinations: mine.map(({ rules }) => rules), own };
}

const hasProblems = ({ findings }: BucketCheck) => findings.some(({ severity }) => severity === 'problem');

export interface PolicyCommand {
  dataDir: string;
  destination: string;
  role: PolicyRole;
  /** of a store without IAM: for whom the bucket's policy is */
  principal?: string | undefined;
}

/** Asks no store. Throws `invalid-input` where there is no such destination, or no such user can be. */
export function showPolicy({ dataDir, destination: name, role, principal }: PolicyCommand): Promise<0> {
  const user = principal === undefined ? null : principalOf(principal);
  return reading(dataDir, (journal) => {
    const found = journal?.destinations().find(({ rules }) => rules.name === name);
    if (journal === null || found === undefined)
      throw new SidelineError('invalid-input', { subject: words.noDestination(name) });
    const { config } = asS3(journal.connection(found.connectionId));
    process.stdout.write(`${escaped(policyText(role, found.rules, config, user))}\n`);
    return 0;
  });
}

function principalOf(text: string): string {
  const parsed = principalSchema.safeParse(text);
  if (parsed.success) return parsed.data;
  throw new SidelineError('invalid-input', { subject: words.noPrincipal(parsed.error.issues[0]?.message ?? '') });
}
