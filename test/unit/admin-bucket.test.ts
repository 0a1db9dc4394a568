/** How requests of admins end that are given up between two tries, or outlive their connection. */
import { expect, it } from 'vitest';
import { openBucket } from '../../electron/admin/bucket.ts';
import { createRightsBook } from '../../electron/admin/rights-book.ts';
import { createAgents } from '../../electron/storage/agents.ts';
import { openStorage } from '../../electron/storage/storage.ts';
import { SidelineError } from '../../shared/errors.ts';

function openClub() {
  const agents = createAgents({});
  const config = { endpoint: 'http://127.0.0.1:9', region: 'us-east-1', bucket: 'club', pathStyle: true } as const;
  const storage = openStorage({
    connection: { id: 1, name: 'Club', capabilities: null, config: { ...config, credentials: { from: 'stored' } } },
    credentials: { get: () => Promise.reject(new SidelineError('internal')), refresh: () => undefined },
    agents,
  });
  const rights = createRightsBook();
  return { rights, agents, bucket: openBucket({ storage, rights, prefixes: null, random: () => 1 }) };
}

it('ends with the reason for which it was given up, also while it waits for its next try', async () => {
  const { bucket, agents } = openClub();
  const stop = new AbortController();
  const reason = new SidelineError('superseded');
  const failing = () => {
    setTimeout(() => stop.abort(reason), 10); // the pause after a first failure is 500 ms
    return Promise.reject(new SidelineError('server-error'));
  };
  const asked = bucket.attempt({ right: 'read', key: 'a', operation: 'download' }, failing, stop.signal);
  await expect(asked).rejects.toBe(reason);
  bucket.close();
  agents.destroy();
});

it('says no more of what is allowed once it is closed: the connection has other keys by now', async () => {
  const { bucket, agents, rights } = openClub();
  const answer = Promise.withResolvers<never>();
  const never = new AbortController().signal;
  const asked = bucket.attempt({ right: 'read', key: 'a', operation: 'download' }, () => answer.promise, never);
  bucket.close();
  rights.forget(1);
  answer.reject(new SidelineError('denied'));
  await expect(asked).rejects.toMatchObject({ kind: 'denied' });
  expect(rights.of(1)).toEqual([]);
  agents.destroy();
});
