/**
 * The upload stage of one transfer over a backend: a place is asked for, the whole file is sent there, the backend is told. Each
 * step is in the journal before the next, so that after a crash it goes on with the step that was under way; see broker.ts for
 * what may be repeated.
 */
import path from 'node:path';
import type { FileRef, Place } from '../../broker/place.ts';
import type { FileToPlace } from '../../broker/kind.ts';
import type { KnownPlace } from '../../journal/places.ts';
import { asSidelineError, reason, SidelineError, type ErrorKind } from '../../../shared/errors.ts';
import { errorFromNetwork } from '../../storage/s3-errors.ts';
import { readBody, refuseGrown, type Body } from './body.ts';
import { adoptAlike, isOthers } from './alike.ts';
import { brokerValues, findSameOverBroker, wasSentOverBroker } from './broker-values.ts';
import { attempt, attemptInSlot, takeFirstSlot, type Job } from './job.ts';
import type { BrokerLine } from './line.ts';
import { sentBefore, type Skipped, type Uploaded } from './outcome.ts';
import { proofOf } from './place-proof.ts';
import { endSession, forgetSession, sessionOf } from './session.ts';
import type { Slot } from './slots.ts';
import { put } from './transport.ts';

type BrokerJob = Job<BrokerLine>;

/** Places asked for, one after another, before others go first. */
const mostPlaces = 3;
/** A place that is valid for less than this is not begun with. ms */
const margin = 5000;

/** Throws a SidelineError that the queue deals with, or the job's stop. */
export async function uploadByBroker(job: BrokerJob): Promise<Uploaded | Skipped> {
  if (job.transfer.checkFirst && (await attempt(job, () => wasSentOverBroker(job)))) return sentBefore;
  const there = job.line.journal.place(job.transfer.id)?.step === 'arrived';
  return (there ? null : await bring(job)) ?? (await finish(job));
}

/** The file to a place. One that expires before or while it is sent is given up for another. */
async function bring(job: BrokerJob): Promise<Skipped | null> {
  for (let places = 1; ; places++) {
    try {
      return await attemptInSlot(job, job.transfer.size, takeFirstSlot(job), (slot) => sendOnce(job, slot));
    } catch (error) {
      const { kind } = asSidelineError(error);
      if (kind === 'place-expired' || kind === 'place-refused') job.line.journal.leavePlace(job.transfer.id, kind);
      if (kind !== 'place-expired' || places >= mostPlaces) throw error;
    }
  }
}

function isOf(error: unknown, kind: ErrorKind): boolean {
  return error instanceof SidelineError && error.kind === kind;
}

async function sendOnce(job: BrokerJob, slot: Slot): Promise<Skipped | null> {
  const { journal, reader } = job.line;
  const { id, size } = job.transfer;
  // The MD5 is what a storage answers as ETag: nobody can say before which does.
  const body = await readBody(job.sending.source, { offset: 0, length: size }, slot, { integrity: 'etag-md5', reader });
  const content = { size, crc32: body.crc32, etag: body.md5 };
  const same = journal.place(id) === null ? await findSameOverBroker(job, content) : null;
  if (same !== null) return { skipped: reason('same-content', same.key) };
  const { place, begunAt } = await placeFor(job);
  if (begunAt !== null && (await adoptAlike(job, place, begunAt, body))) return null;
  const now = job.line.now();
  journal.beginPlace(id, now);
  job.transfer = journal.countSend(job.transfer);
  const { ref, ...proof } = await send(job, slot, place, body);
  await refuseGrown(job.sending.original);
  // While this was on its way another of the same content took its record for its own: there is one left over.
  if (isOthers(job, ref) && (await adoptAlike(job, place, begunAt ?? now, body))) return null;
  journal.arriveAtPlace(id, ref, proof);
  return null;
}

/** The one that the journal has, as long as it lasts and is for this file, or another. */
async function placeFor(job: BrokerJob): Promise<{ place: Place; begunAt: number | null }> {
  const { journal, now, backend } = job.line;
  const { id, connectionId, size } = job.transfer;
  const known = journal.place(id);
  if (known !== null && known.place !== null && lasts(known, now()) && known.place.file.size === size)
    return { place: known.place, begunAt: known.begunAt };
  if (known !== null) journal.leavePlace(id, 'place-expired');
  const file = await fileToPlace(job);
  const place = await backend.broker.place(file, job.signal).catch((error: unknown) => {
    if (isOf(error, 'broker-missing')) forgetSession(job, file.type);
    throw error;
  });
  journal.addPlace(id, connectionId, place);
  return { place, begunAt: null };
}

function lasts({ place }: KnownPlace, now: number): boolean {
  return place !== null && (place.expiresAt === null || now < place.expiresAt - margin);
}

async function fileToPlace(job: BrokerJob): Promise<FileToPlace> {
  const { transfer, sending, line } = job;
  const { title, description, tags } = line.journal.batch(transfer.batchId).details;
  const type = sending.receipt.type ?? 'application/octet-stream';
  const values = brokerValues(job);
  const session = values.session_id === undefined ? await sessionOf(job, type) : null;
  return {
    ...{ name: path.posix.basename(transfer.key), type, size: transfer.size },
    values: session === null ? values : { ...values, session_id: session },
    details: { title, description, tags },
  };
}

async function send(job: BrokerJob, slot: Slot, place: Place, body: Body) {
  const { line, signal } = job;
  const { broker, wayTo } = line.backend;
  const sent = await broker.request(place, signal);
  const { method, request, before, after } = sent;
  const way = await wayTo(request.origin);
  await line.journal.committed();
  const onSent = (bytes: number) => {
    slot.sent += bytes;
    line.onSent(bytes);
  };
  const answer = await put(
    {
      ...{ method, request, body, frame: { before, after }, onSent },
      ...{ bandwidth: line.bandwidth, signal: slot.signal, stallAfter: line.stallAfter },
    },
    way,
  ).catch((error: unknown) => {
    slot.signal.throwIfAborted();
    if (error instanceof SidelineError) throw error;
    throw errorFromNetwork(error, { operation: 'upload', bucket: '', host: request.origin.host });
  });
  const arrived = await broker.arrived(place, answer, sent, signal);
  const ref: FileRef = arrived.file ?? place;
  return { ref, ...proofOf(body, arrived, answer.headers) };
}

/** Tells the backend, where it wants to know. Again after a crash: it changes nothing. */
async function finish(job: BrokerJob): Promise<Uploaded> {
  const { journal, backend } = job.line;
  const known = journal.place(job.transfer.id);
  if (known?.proof == null || known.place === null)
    throw new SidelineError('internal', { cause: new Error('what arrived is not in the journal') });
  const { place, ref, proof } = known;
  const { complete } = backend.broker;
  job.transfer = journal.move(job.transfer, 'verifying');
  await journal.committed();
  if (complete !== null) await attempt(job, () => complete({ ...place, ...ref }, job.signal));
  await endSession(job);
  const { etag, versionId, crc32, integrity } = proof;
  const kept = { key: ref.key, url: ref.publicUrl, integrity };
  return { size: job.transfer.size, etag, versionId, crc32, found: false, kept };
}
