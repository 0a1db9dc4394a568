/** sideline check: is a bucket set up right for the destinations in use, and what would set it right. */
import { confirm } from '@clack/prompts';
import pc from 'picocolors';
import type { BucketCheck, DiffLine, Finding, MendPreview } from '../../shared/bucket-check.ts';
import { asS3 } from '../../shared/connection-kind.ts';
import { SidelineError } from '../../shared/errors.ts';
import { printable } from '../../shared/format.ts';
import { accessPolicy, asBucketPolicy, type PolicyRole } from '../../shared/iam-policy.ts';
import { bucketCheck } from '../../shared/strings/bucket-check.ts';
import { terminalCheck as words } from '../../shared/strings/terminal-check.ts';
import { applyChange, planChange, previewOf, type PlannedChange } from '../admin/bucket-check/changes.ts';
import { checkBucket, type CheckOptions } from '../admin/bucket-check/check.ts';
import type { Bucket } from '../admin/bucket.ts';
import { connectionsTo, ownUploads } from '../admin/orphans/known.ts';
import type { Journal } from '../journal/journal.ts';
import { wantedMends, type MendInputs } from './check-mends.ts';
import type { Environment } from './environment.ts';
import { withBucket, type BucketCommand } from './open-bucket.ts';
import { reading } from './reading.ts';

export interface CheckCommand extends BucketCommand {
  json: boolean;
  /** null: nothing is changed; none: what harms nobody */
  fix: readonly string[] | null;
  inputs: MendInputs;
  yes: boolean;
}

/** 1 where there are problems (left). Throws `invalid-input` before anything is changed. */
export function checkSetup(options: CheckCommand, env: Environment): Promise<0 | 1 | 2 | 3> {
  return withBucket(options, env, async (bucket, signal, journal) => {
    const about = aboutBucket(bucket, journal);
    const found = await checkBucket(bucket, about, signal);
    if (options.fix === null) {
      show(found, options.json);
      return hasProblems(found) ? 1 : 0;
    }
    const mends = wantedMends(options.fix, found, options.inputs);
    let asked = true;
    let failed = 0;
    for (const mend of mends) {
      const change = await planChange(bucket, mend, signal);
      const preview = previewOf(change, about.destinations);
      showPreview(preview, options.json);
      if (preview.unchanged) continue;
      const answer = await mayApply(options);
      if (answer === null) asked = false;
      else if (answer) failed += (await apply(bucket, change, options.json, signal)) ? 0 : 1;
    }
    if (!asked) {
      process.stderr.write(`${words.askNeeded}\n`);
      return 2;
    }
    const left = await checkBucket(bucket, about, signal);
    show(left, options.json);
    return failed > 0 || hasProblems(left) ? 1 : 0;
  });
}

function aboutBucket(bucket: Bucket, journal: Journal | null): CheckOptions {
  if (journal === null) return { destinations: [], own: { isUnderWay: () => false } };
  const own = ownUploads(journal, connectionsTo(journal, bucket.storage.connection.config));
  const mine = journal.destinations().filter(({ connectionId }) => connectionId === bucket.connectionId);
  return { destinations: mine.map(({ rules }) => rules), own };
}

const hasProblems = ({ findings }: BucketCheck) => findings.some(({ severity }) => severity === 'problem');

/** null: there is nobody to ask */
async function mayApply({ yes, json }: CheckCommand): Promise<boolean | null> {
  if (yes) return true;
  if (json || !process.stdin.isTTY || !process.stdout.isTTY) return null;
  const answer = await confirm({ message: words.ask, initialValue: false });
  if (answer === true) return true;
  process.stdout.write(`${words.left}\n`);
  return false;
}

async function apply(bucket: Bucket, change: PlannedChange, json: boolean, signal: AbortSignal): Promise<boolean> {
  const result = await applyChange(bucket, change, signal);
  if (json) process.stdout.write(`${JSON.stringify({ event: 'mended', mend: change.mend, ...result })}\n`);
  else process.stdout.write(`${result.message}\n\n`);
  return result.taken;
}

const colours: Record<Finding['severity'], (text: string) => string> = {
  problem: pc.red,
  advice: pc.yellow,
  unknown: pc.magenta,
  fine: pc.green,
};

function show(found: BucketCheck, json: boolean): void {
  if (json) {
    process.stdout.write(`${JSON.stringify(found)}\n`);
    return;
  }
  const count = (severity: Finding['severity']) => found.findings.filter((one) => one.severity === severity).length;
  const texts = found.findings.map(findingText);
  process.stdout.write(`${[...texts, words.verdict(count('problem'), count('advice'))].join('\n')}\n`);
}

function findingText({ severity, title, text, destinations, mend }: Finding): string {
  const head = `${colours[severity](bucketCheck.severities[severity])}: ${printable(title)}`;
  const body = severity === 'fine' ? [] : [printable(text)];
  if (destinations.length > 0 && severity !== 'fine') body.push(words.concerns(printable(destinations.join(', '))));
  if (mend !== null) body.push(words.mend(mend.mend));
  return [head, ...body.map((line) => `  ${line}`)].join('\n');
}

function showPreview(preview: Omit<MendPreview, 'id'>, json: boolean): void {
  const { mend, setting, before, after, warnings, unchanged } = preview;
  if (json) {
    process.stdout.write(
      `${JSON.stringify({ event: 'preview', mend, setting, before, after, warnings, unchanged })}\n`,
    );
    return;
  }
  process.stdout.write(`${pc.bold(bucketCheck.mends[mend.mend])} (${bucketCheck.settings[setting]})\n`);
  if (unchanged) {
    process.stdout.write(`${words.already}\n\n`);
    return;
  }
  if (before === '') process.stdout.write(`${pc.dim(words.unset)}\n`);
  process.stdout.write(`${preview.lines.map(lineText).join('\n')}\n`);
  for (const warning of warnings) process.stdout.write(`${pc.yellow('!')} ${printable(warning)}\n`);
}

function lineText({ kind, text }: DiffLine): string {
  const line = printable(text);
  return kind === 'same' ? `  ${line}` : kind === 'added' ? pc.green(`+ ${line}`) : pc.red(`- ${line}`);
}

export interface PolicyCommand {
  dataDir: string;
  destination: string;
  role: PolicyRole;
  /** of a store without IAM: for whom the bucket's policy is */
  principal?: string | undefined;
}

/** Asks no store. Throws `invalid-input` where there is no such destination. */
export function showPolicy({ dataDir, destination: name, role, principal }: PolicyCommand): Promise<0> {
  return reading(dataDir, (journal) => {
    const found = journal?.destinations().find(({ rules }) => rules.name === name);
    if (journal === null || found === undefined)
      throw new SidelineError('invalid-input', { subject: words.noDestination(name) });
    const policy = accessPolicy(role, found.rules, asS3(journal.connection(found.connectionId)).config);
    const wanted = principal === undefined ? policy : asBucketPolicy(policy, principal);
    process.stdout.write(`${JSON.stringify(wanted, null, 2)}\n`);
    return 0;
  });
}
