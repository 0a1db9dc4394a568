/** sideline verify: compares an upload with what the store, or the backend, holds now. */
import path from 'node:path';
import logUpdate from 'log-update';
import { asS3 } from '../../shared/connection-kind.ts';
import { formatCount, printable } from '../../shared/format.ts';
import type { BatchVerification } from '../../shared/history.ts';
import { createBrokers } from '../broker/open.ts';
import { verifyBatch } from '../engine/verify/verify-batch.ts';
import type { Journal } from '../journal/journal.ts';
import { createAgents } from '../storage/agents.ts';
import { credentialSource } from '../storage/credentials.ts';
import { fileSecretStore } from '../storage/secrets.ts';
import { openStorage } from '../storage/storage.ts';
import type { Environment } from './environment.ts';
import { jsonLine } from './json-line.ts';
import { knownBatch, reading } from './reading.ts';
import { refuseWindowKey } from './window-keys.ts';
import { onStop } from './stop.ts';

interface Options {
  dataDir: string;
  json: boolean;
}

/** ms */
const shownEvery = 250;

/** 1 where something is missing or different, else 3 where something could not be compared. Throws `invalid-input`. */
export function verifyUpload(batchId: number, options: Options, env: Environment): Promise<0 | 1 | 3> {
  return reading(options.dataDir, async (journal) => {
    const result = await compare(knownBatch(journal, batchId), batchId, options, env);
    process.stdout.write(options.json ? jsonLine(result) : words(result));
    const { missing, different, unknown } = result.counts;
    if (missing + different > 0) return 1;
    return unknown > 0 ? 3 : 0;
  });
}

async function compare(journal: Journal, batchId: number, { dataDir, json }: Options, env: Environment) {
  const agents = createAgents(env);
  const secrets = fileSecretStore(path.join(dataDir, 'secrets.json'));
  const brokers = createBrokers({ secrets, agents });
  const shows = !json && process.stdout.isTTY;
  const interrupted = new AbortController();
  const unlisten = onStop(() => interrupted.abort());
  let shown = -Infinity;
  try {
    for (const id of journal.batch(batchId).connectionIds)
      await refuseWindowKey(journal.connection(id), { folder: dataDir, secrets });
    return await verifyBatch(
      batchId,
      {
        journal,
        openStorage: async (any) => {
          const connection = asS3(any);
          return await Promise.resolve(
            openStorage({ connection, credentials: credentialSource(connection, secrets), agents }),
          );
        },
        openBroker: brokers.open,
        onProgress(done, total) {
          if (!shows || performance.now() - shown < shownEvery) return;
          shown = performance.now();
          logUpdate(`${done.toLocaleString('en-US')} of ${formatCount(total, 'object', 'objects')} compared`);
        },
      },
      interrupted.signal,
    );
  } finally {
    unlisten();
    if (shows) logUpdate.clear();
    agents.destroy();
  }
}

function words({ counts, findings }: BatchVerification): string {
  const { same, unproven, different, missing, unknown } = counts;
  const parts = [`${formatCount(same, 'object is', 'objects are')} as they were sent`];
  if (unproven > 0) parts.push(`${unproven} of the right size, which is all the storage tells`);
  if (different > 0) parts.push(`${different} different`);
  if (missing > 0) parts.push(`${missing} missing`);
  if (unknown > 0) parts.push(`${unknown} could not be compared`);
  const lines = findings.map(({ key, outcome, message }) => `${outcome}: ${key}\n  ${message}`);
  const more = different + missing + unknown - findings.length;
  if (more > 0) lines.push(`... and ${more} more`);
  return [...lines.flatMap((line) => line.split('\n').map(printable)), `${parts.join(', ')}.`, ''].join('\n');
}
