/** Makes what one transfer is to send, and writes into the journal what it has become. */
import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { Transfer } from '../../../shared/domain.ts';
import { reason, SidelineError } from '../../../shared/errors.ts';
import type { Output, Prepared } from '../../../shared/output.ts';
import type { PreparedOutput } from '../../../shared/prepared.ts';
import type { Journal } from '../../journal/journal.ts';
import { fingerprintOf, looksChanged } from '../fingerprint.ts';
import { destinedOf, type Destined } from '../plan/destined.ts';
import { freeKey } from '../plan/plan-to-targets.ts';
import { fingerprintAt } from '../source.ts';
import { asIs, imageOf, keyFor } from './made.ts';
import type { ImagePreparer } from './prepare-images.ts';
import { prepareStill, type StillTaker } from './stills.ts';

export interface OutputDeps {
  journal: Journal;
  images: Pick<ImagePreparer, 'prepare'>;
  /** null: nobody here can take one */
  stills: StillTaker | null;
  /** for what is prepared */
  folder: string;
}

/** Without an extension: its type is in the journal. */
export function preparedFile(folder: string, transferId: number): string {
  return path.join(folder, String(transferId));
}

/** Queued to be sent, or skipped. Rejects where it could not be made, with nothing moved, or with the signal's reason. */
export async function prepareOutput(deps: OutputDeps, transfer: Transfer, signal: AbortSignal): Promise<Transfer> {
  const destined = destinedOf(deps.journal, transfer);
  if (destined === null)
    throw new SidelineError('internal', { cause: new Error(`nothing says how to prepare transfer ${transfer.id}`) });
  const { source, role } = destined.output;
  await refuseChanged(transfer.source, source);
  const prepare = role === 'still' ? preparedStill : preparedImage;
  const prepared = await prepare(deps, transfer, destined, signal);
  signal.throwIfAborted();
  if ('skipped' in prepared) return deps.journal.move(transfer, 'skipped', { reason: prepared.skipped });
  return await queue(deps.journal, transfer, destined, prepared);
}

type Outcome = Prepared | { skipped: ReturnType<typeof reason> };

async function preparedImage(
  { images, folder }: OutputDeps,
  { id, source }: Transfer,
  { target, output }: Destined,
  signal: AbortSignal,
): Promise<Outcome> {
  const file = preparedFile(folder, id);
  const image = imageOf(target.rules, output);
  const isDerived = output.role === 'derived';
  const { undecodable } = target.rules;
  const made = await images.prepare({ source, outputs: [{ target: file, image, stillDoes: isDerived }] }, signal).then(
    ({ outputs: [one] }) => one,
    (error: unknown): PreparedOutput => {
      if (undecodable !== 'as-is' || !isDamage(error)) throw error;
      return { made: false, left: 'damaged' };
    },
  );
  if (made === undefined) throw new SidelineError('internal', { cause: new Error('an image without an output') });
  if (!made.made && made.left === 'undecodable' && undecodable === 'fail' && !isDerived)
    throw new SidelineError('image-unreadable', { subject: 'images of this kind cannot be decoded here' });
  return !made.made && isDerived ? { skipped: reason('not-derived', made.left) } : preparedOf(made, file, output.type);
}

function isDamage(error: unknown): boolean {
  return error instanceof SidelineError && (error.kind === 'image-unreadable' || error.kind === 'image-too-large');
}

async function preparedStill(
  { images, stills, folder }: OutputDeps,
  { id, source }: Transfer,
  { target, output }: Destined,
  signal: AbortSignal,
): Promise<Outcome> {
  if (stills === null) return { skipped: reason('still-elsewhere') };
  const order = { source, target: preparedFile(folder, id), image: imageOf(target.rules, output) };
  try {
    return await prepareStill({ stills, images }, order, signal);
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof SidelineError && error.kind === 'still-undecodable')
      return { skipped: reason('still-undecodable', error.subject) };
    throw error;
  }
}

function preparedOf(made: PreparedOutput, file: string, type: string): Prepared {
  if (!made.made) return { file: null, type, width: null, height: null, changes: [asIs(made.left)] };
  return { file, type: made.type, width: made.width, height: made.height, changes: made.changes };
}

async function queue(
  journal: Journal,
  transfer: Transfer,
  { target, output }: Destined,
  prepared: Prepared,
): Promise<Transfer> {
  const fingerprint = prepared.file === null ? output.source : fingerprintOf(await stat(prepared.file));
  const wanted = keyFor(transfer.key, prepared.type, output);
  const key = wanted === transfer.key ? wanted : freeKey(journal, target, wanted, transfer.source).key;
  return journal.together(() => {
    journal.setOutput(transfer.id, { ...output, prepared });
    return journal.move(transfer, 'queued', { ...fingerprint, key, todo: false });
  });
}

async function refuseChanged(source: string, planned: Output['source']): Promise<void> {
  if (looksChanged(planned, await fingerprintAt(source))) throw new SidelineError('source-changed');
}
