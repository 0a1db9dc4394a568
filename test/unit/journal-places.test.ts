/** What the journal keeps of backends: places, what is still to be told, sessions, counts. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Place } from '../../electron/broker/place.ts';
import type { Journal } from '../../electron/journal/journal.ts';
import { openJournal, type OpenedJournal } from '../../electron/journal/open.ts';
import { parseBrokerSettings } from '../../shared/broker-settings.ts';
import { asBroker, asS3, isBroker, placeName, whereIs } from '../../shared/connection-kind.ts';
import type { S3Config, Transfer } from '../../shared/domain.ts';

const settings = parseBrokerSettings({ kind: 'upload-module', baseUrl: 'https://app.example.org/v2/' });
const bucket: S3Config = {
  ...{ endpoint: 'http://127.0.0.1:9', region: 'us-east-1', bucket: 'media', pathStyle: true },
  credentials: { from: 'stored' },
};

let folder: string;
let journal: OpenedJournal;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'sideline-places-'));
  journal = openJournal({ folder });
});
afterEach(() => {
  journal.close();
  rmSync(folder, { recursive: true });
});

function reopened(): Journal {
  journal.close();
  journal = openJournal({ folder });
  return journal;
}

function transferOf(name: string): Transfer {
  const connection = journal.connections()[0] ?? journal.addConnection('team', { kind: 'broker', settings });
  const batch = { connectionId: connection.id, prefix: '', roots: ['/r'], createdAt: 1 };
  const batchId = journal.batches()[0]?.id ?? journal.addBatch(batch).id;
  const file = { source: `/r/${name}`, key: `r/${name}`, size: 10, mtime: 5, inode: '7' };
  const plan = { state: 'planned', reason: null, checkFirst: false } as const;
  const found = journal.transfer(journal.addTransfer({ batchId, connectionId: connection.id, ...file, ...plan }));
  if (found === null) throw new Error('the journal lost it');
  return found;
}

const placeOf = (id: string): Place => ({
  ...{ id, key: `k/${id}`, publicUrl: null, values: {}, expiresAt: 5000 },
  send: {
    method: 'POST',
    url: 'https://s3.example.org/b',
    fields: { policy: 'secret' },
    fileField: 'file',
    toBackend: false,
  },
  file: { name: 'a.jpg', type: 'image/jpeg', size: 10 },
});

const failed = (one: Transfer) => journal.move(one, 'failed');

describe('a connection', () => {
  it('is a bucket or a backend, and says so where the other is wanted', () => {
    journal.addConnection('club', bucket);
    journal.addConnection('team', { kind: 'broker', settings });
    const [club, team] = reopened().connections();
    if (club === undefined || team === undefined) throw new Error('the journal lost one');
    expect([isBroker(club), isBroker(team)]).toEqual([false, true]);
    expect(club.config).toEqual(bucket);
    expect(team.config).toEqual({ kind: 'broker', settings });
    expect([club, team].map(({ config }) => placeName(config))).toEqual(['media', 'app.example.org']);
    expect([club, team].map(({ config }) => whereIs(config))).toEqual([bucket.endpoint, 'https://app.example.org/v2']);
    expect(() => asS3(team)).toThrow(/"team" a backend stands before the storage/);
    expect(() => asBroker(club)).toThrow(/"club" is a bucket/);
  });
});

describe('a place', () => {
  it('goes its way step by step, and keeps what the backend calls the file, but nothing that could be sent', () => {
    const { id, connectionId } = transferOf('a.jpg');
    const place = placeOf('u1');
    journal.addPlace(id, connectionId, place);
    expect(reopened().place(id)).toMatchObject({ step: 'asked', place, begunAt: null, proof: null });
    journal.beginPlace(id, 100);
    journal.beginPlace(id, 200);
    expect(journal.place(id)).toMatchObject({ step: 'sending', begunAt: 100 });
    const proof = { etag: 'e', versionId: null, crc32: 7, integrity: 'none' } as const;
    journal.arriveAtPlace(id, place, proof);
    expect(reopened().place(id)).toMatchObject({ step: 'arrived', place, proof });
    journal.endPlace(id);
    expect(journal.place(id)).toMatchObject({ step: 'done', place: null, ref: { id: 'u1', key: 'k/u1' } });
    expect([journal.transferOfRecord(connectionId, 'u1'), journal.transferOfRecord(connectionId, 'u2')]).toEqual([
      id,
      null,
    ]);
  });

  it('that is left is still to be told, with whether something may be there; one that is done is not', () => {
    const [asked, begun, done] = [transferOf('a'), transferOf('b'), transferOf('c')];
    for (const { id, connectionId } of [asked, begun, done]) journal.addPlace(id, connectionId, placeOf(`u${id}`));
    journal.beginPlace(begun.id, 1);
    journal.endPlace(done.id);
    for (const { id } of [asked, begun, done]) journal.leavePlace(id, 'superseded');
    const left = reopened().leftPlaces(asked.connectionId);
    expect(left).toMatchObject([
      { ref: { id: `u${asked.id}` }, why: 'superseded', begun: false },
      { ref: { id: `u${begun.id}` }, begun: true },
    ]);
    expect([asked, begun, done].map(({ id }) => journal.place(id))).toEqual([null, null, null]);
    for (const { id } of left) journal.removeLeftPlace(id);
    expect(journal.leftPlaces(asked.connectionId)).toEqual([]);
  });

  it('is found where its transfer was given up', () => {
    const [one, other] = [transferOf('a'), transferOf('b')];
    for (const { id, connectionId } of [one, other]) journal.addPlace(id, connectionId, placeOf(`u${id}`));
    failed(one);
    expect(journal.givenUpPlaces(one.connectionId)).toEqual([{ id: one.id, why: 'failed' }]);
  });
});

describe('a session', () => {
  it('belongs to a video, and knows what has its name', () => {
    const [video, picture] = [transferOf('dance.1.mp4'), transferOf('dance.1.jpg')];
    transferOf('dance.10.mp4');
    transferOf('dance.mp4');
    expect(journal.namesakes(picture).map(({ id }) => id)).toEqual([video.id, picture.id]);
    journal.startSession(video.id, video.connectionId, 's1');
    expect(reopened().session(video.id)).toMatchObject({ sessionId: 's1', completion: null, told: false });
    const ref = { id: null, key: 'k', publicUrl: null, values: {} };
    const completion = { sessionId: 's1', endTime: 't', minutes: 1.5, calories: 0, video: ref, thumbnail: null };
    journal.completeSession(video.id, completion);
    expect(reopened().openSessions(video.connectionId)).toMatchObject([{ completion }]);
    journal.endSession(video.id);
    expect(journal.openSessions(video.connectionId)).toEqual([]);
  });
});

it('what went over a backend is counted', () => {
  journal.countBroker(3, { successes: 1, failures: 0, bytes: 100, ms: 20 });
  journal.countBroker(3, { successes: 0, failures: 2, bytes: 0, ms: 5 });
  expect(reopened().brokerCounts(3)).toEqual({ successes: 1, failures: 2, bytes: 100, ms: 25 });
  expect(journal.brokerCounts(4)).toEqual({ successes: 0, failures: 0, bytes: 0, ms: 0 });
});
