/** A multipart upload, from wherever it stands: opened or found again, its missing parts sent, completed, proven. */
import type { Part } from '../../../shared/domain.ts';
import { reason, SidelineError } from '../../../shared/errors.ts';
import type { ListedPart } from '../../storage/storage.ts';
import { contentOfParts, isProven, refuseOther, type Content } from '../verify/verify.ts';
import { lookAtSource, readBody, refuseGrown, type Body, type Source } from './body.ts';
import { attempt, attemptInSlot, takeFirstSlot, type Job } from './job.ts';
import { sentBefore, type Skipped, type Uploaded } from './outcome.ts';
import { partCount, partRange } from './part-size.ts';
import { findSame, mayBeThere } from './same-content.ts';
import { send } from './send.ts';
import type { Slot } from './slots.ts';
import { expectUpload } from './stale.ts';

interface Upload {
  uploadId: string;
  partSize: number;
  source: Source;
}

/** Throws a SidelineError that the queue deals with, or the job's stop. What was sent by then is in the journal. */
export async function putParts(job: Job, partSize: number): Promise<Uploaded | Skipped> {
  const { source, overwrite } = job.sending;
  const { sameFile } = await lookAtSource(source);
  const known = job.transfer.uploadId;
  if (known !== null) {
    const upload = { uploadId: known, partSize, source };
    const missing = await findAgain(job, upload, sameFile);
    if (missing !== null) return await finish(job, upload, missing);
    const found = await findCompleted(job);
    if (found !== null) return found;
    startAnew(job);
  }
  // A single PUT of before, when it was not cut yet, may have arrived.
  if (job.transfer.checkFirst || job.transfer.sends > 0) {
    const found = await findByContent(job, source, partSize);
    if (found !== null) return found;
  }
  if (overwrite !== 'replace') {
    if ((await findByContent(job, source, partSize)) !== null) return sentBefore;
    if (overwrite === 'never') await refuseTaken(job);
  }
  const same = mayBeThere(job) ? await findSame(job, await contentOf(job, source, partSize)) : null;
  if (same !== null) return { skipped: reason('same-content', same.key) };
  const uploadId = await create(job);
  const all = Array.from({ length: partCount(job.transfer.size, partSize) }, (_, at) => at + 1);
  return await finish(job, { uploadId, partSize, source }, all);
}

async function finish(job: Job, upload: Upload, missing: readonly number[]): Promise<Uploaded> {
  await sendParts(job, upload, missing);
  await refuseGrown(job.sending.original);
  return await complete(job, upload.uploadId);
}

function startAnew(job: Job): void {
  const { journal } = job.line;
  journal.together(() => {
    journal.forgetParts(job.transfer.id);
    job.transfer = journal.update(job.transfer, { uploadId: null });
  });
}

/** Throws `object-exists`. Asked before gigabytes are sent, and again by the Complete where the store can. */
async function refuseTaken(job: Job): Promise<void> {
  const { key } = job.transfer;
  const stored = await attempt(job, () => job.line.storage.head(key, job.signal));
  if (stored !== null) throw new SidelineError('object-exists', { subject: key });
}

async function create(job: Job): Promise<string> {
  const { journal, storage, integrity, creating } = job.line;
  const { id, key } = job.transfer;
  return await attempt(job, async () => {
    const expected = await expectUpload(job.line, job.transfer);
    try {
      const { options } = job.sending;
      const uploadId = await storage.createUpload(key, { options, crc32: integrity === 'crc32' }, job.signal);
      journal.together(() => {
        journal.forgetParts(id);
        job.transfer = journal.update(job.transfer, { uploadId });
        journal.removeStaleUpload(expected);
      });
      await journal.flush();
      return uploadId;
    } finally {
      creating.delete(expected);
    }
  });
}

/** The numbers of the parts that the store lacks; null when it no longer knows the upload. */
async function findAgain(job: Job, upload: Upload, sameFile: boolean): Promise<number[] | null> {
  const { line, transfer } = job;
  const journaled = new Map(line.journal.parts(transfer.id).map((part) => [part.number, part]));
  const listed = await listParts(job, upload.uploadId);
  if (listed === null) return null;
  const missing: number[] = [];
  for (let number = 1; number <= partCount(transfer.size, upload.partSize); number++) {
    const part = journaled.get(number);
    const there = line.listParts ? listed.get(number) : undefined;
    const sent = part?.state === 'sent' && (!line.listParts || there?.etag === part.etag);
    if (sent && (sameFile || (await isStillRead(job, upload, part)))) continue;
    if (there !== undefined && (await adopt(job, upload, there))) continue;
    if (part?.state === 'sent') line.journal.forgetPart(transfer.id, number);
    missing.push(number);
  }
  return missing;
}

/** Whether the source still has, where this part was read, what was read then. */
async function isStillRead(job: Job, upload: Upload, part: Part): Promise<boolean> {
  const range = partRange(job.transfer.size, upload.partSize, part.number);
  return await attemptInSlot(job, range.length, takeFirstSlot(job), async (slot) => {
    const body = await readBody(upload.source, range, slot, { ...job.line, integrity: 'none' });
    return body.crc32 === part.crc32;
  });
}

async function listParts(job: Job, uploadId: string): Promise<Map<number, ListedPart> | null> {
  const { storage, listParts: can } = job.line;
  if (!can) return new Map();
  try {
    const parts = await attempt(job, () => storage.listParts(job.transfer.key, uploadId, job.signal));
    return new Map(parts.map((part) => [part.number, part]));
  } catch (error) {
    if (error instanceof SidelineError && error.kind === 'upload-gone') return null;
    throw error;
  }
}

/** A part that arrived though its answer did not: kept, when it is what the source has there. */
async function adopt(job: Job, upload: Upload, there: ListedPart): Promise<boolean> {
  const range = partRange(job.transfer.size, upload.partSize, there.number);
  if (there.size !== range.length) return false;
  return await attemptInSlot(job, range.length, takeFirstSlot(job), async (slot) => {
    const body = await readBody(upload.source, range, slot, job.line);
    return keepIfSame(job, there, body);
  });
}

function keepIfSame(job: Job, there: ListedPart, body: Body): boolean {
  const { md5, crc32 } = body;
  if (!isProven(there, { size: body.size, crc32, etag: md5 })) return false;
  const { number, etag, size } = there;
  job.line.journal.finishPart(job.transfer.id, { number, size, crc32, md5, etag });
  return true;
}

/** Sends them as places on the line come free. After a failure no further one is begun; those under way come to their end. */
async function sendParts(job: Job, upload: Upload, missing: readonly number[]): Promise<void> {
  const failed = new AbortController();
  const stop = AbortSignal.any([job.signal, failed.signal]);
  const underWay = new Set<Promise<void>>();
  try {
    for (const number of missing) {
      const range = partRange(job.transfer.size, upload.partSize, number);
      const slot = takeFirstSlot(job) ?? (await job.line.slots.acquire(range.length, stop, job.signal));
      const sending: Promise<void> = sendPart(job, upload, number, slot)
        .catch((error: unknown) => failed.abort(error))
        .finally(() => underWay.delete(sending));
      underWay.add(sending);
    }
  } catch (error) {
    if (!stop.aborted) throw error;
  }
  await Promise.all(underWay);
  job.signal.throwIfAborted();
  failed.signal.throwIfAborted();
}

async function sendPart(job: Job, upload: Upload, number: number, first: Slot): Promise<void> {
  const { line, transfer } = job;
  const range = partRange(transfer.size, upload.partSize, number);
  await attemptInSlot(job, range.length, first, async (slot, arrived) => {
    const body = await readBody(upload.source, range, slot, line);
    if (arrived && (await arrivedAfterAll(job, upload, number, body))) return;
    line.journal.beginPart(transfer.id, number, range.length);
    const query = { partNumber: String(number), uploadId: upload.uploadId };
    const sent = await send(line, slot, { key: transfer.key, query, options: null, onlyIfFree: false }, body);
    const { crc32, md5, etag } = sent;
    line.journal.finishPart(transfer.id, { number, size: range.length, crc32, md5, etag });
    if (job.transfer.attempts > 0) job.transfer = line.journal.update(job.transfer, { attempts: 0 });
  });
}

async function arrivedAfterAll(job: Job, upload: Upload, number: number, body: Body): Promise<boolean> {
  if (!job.line.listParts) return false;
  const listed = await job.line.storage.listParts(job.transfer.key, upload.uploadId, job.signal);
  const there = listed.find((part) => part.number === number);
  return there !== undefined && keepIfSame(job, there, body);
}

async function complete(job: Job, uploadId: string): Promise<Uploaded> {
  const { journal, storage, integrity } = job.line;
  // Under another name it is completed a second time: see `upload`.
  if (job.transfer.state !== 'verifying') job.transfer = journal.move(job.transfer, 'verifying');
  const parts = journal.parts(job.transfer.id);
  const content = contentOfParts(parts, integrity);
  const onlyIfFree = job.sending.overwrite === 'never' && job.line.conditionalWrites;
  const whole = { ...content, checked: integrity === 'crc32', onlyIfFree };
  const list = parts.map(({ number, etag, crc32 }) => ({ number, etag: etag ?? '', crc32 }));
  return await attempt(job, async () => {
    await journal.committed();
    try {
      const stored = await storage.completeUpload(job.transfer.key, uploadId, list, whole, job.signal);
      refuseOther(stored, content);
      return { size: content.size, crc32: content.crc32, etag: stored.etag, versionId: stored.versionId, found: false };
    } catch (error) {
      // Completed by a request whose answer was lost, the upload is gone and the object is there.
      const found = isGone(error) || isTaken(error) ? await findCompleted(job) : null;
      if (found === null) throw error;
      return found;
    }
  });
}

function isTaken(error: unknown): boolean {
  return error instanceof SidelineError && error.kind === 'object-exists';
}

function isGone(error: unknown): boolean {
  return error instanceof SidelineError && error.kind === 'upload-gone';
}

/** The object, when all parts had been sent and the store has made it of them. */
async function findCompleted(job: Job): Promise<Uploaded | null> {
  const { journal, integrity, storage } = job.line;
  const parts = journal.parts(job.transfer.id);
  if (!isComplete(parts, job.transfer.size)) return null;
  const content = contentOfParts(parts, integrity);
  const stored = await attempt(job, () => storage.head(job.transfer.key, job.signal));
  if (stored === null || !isProven(stored, content)) return null;
  return { size: stored.size, crc32: content.crc32, etag: stored.etag, versionId: stored.versionId, found: true };
}

/** The object, when it is there already though the journal (rebuilt after damage) does not know: proven by reading, not by sending. */
async function findByContent(job: Job, source: Source, partSize: number): Promise<Uploaded | null> {
  const { key, size } = job.transfer;
  const stored = await attempt(job, () => job.line.storage.head(key, job.signal));
  if (stored?.size !== size) return null;
  const content = await contentOf(job, source, partSize);
  if (!isProven(stored, content)) return null;
  return { size, crc32: content.crc32, etag: stored.etag, versionId: stored.versionId, found: true };
}

/** Reads all of the source. */
async function contentOf(job: Job, source: Source, partSize: number): Promise<Content> {
  const { size } = job.transfer;
  const parts: Part[] = [];
  for (let number = 1; number <= partCount(size, partSize); number++) {
    const range = partRange(size, partSize, number);
    const { crc32, md5 } = await attemptInSlot(job, range.length, takeFirstSlot(job), (slot) =>
      readBody(source, range, slot, job.line),
    );
    parts.push({ number, state: 'sent', size: range.length, crc32, md5, etag: md5, sends: 0 });
  }
  return contentOfParts(parts, job.line.integrity);
}

function isComplete(parts: readonly Part[], size: number): boolean {
  return parts.every((part) => part.state === 'sent') && parts.reduce((sum, part) => sum + part.size, 0) === size;
}
