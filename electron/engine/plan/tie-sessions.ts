/**
 * Which files of a batch go to one session: each video, and the pictures of its name beside it. Known as soon as all is planned, so
 * that the lists show them as one from the start; what is then sent where is decided by upload/session.ts, by the same rule.
 */
import mime from 'mime';
import { hasSessions } from '../../../shared/broker-settings.ts';
import { isBroker } from '../../../shared/connection-kind.ts';
import type { Batch, BrokerConnection, Transfer } from '../../../shared/domain.ts';
import type { OutputRole } from '../../../shared/output.ts';
import { valuesFor } from '../../broker/values.ts';
import type { Journal } from '../../journal/journal.ts';
import { stemOf } from '../../journal/sessions.ts';
import { nextTurn } from '../queue.ts';
import { isVideo } from '../upload/session.ts';

const atOnce = 500;

interface Tie {
  id: number;
  /** of the video: its name without the extension */
  stem: string;
}

/** Writes nothing where no connection of the batch has sessions, and nothing of files that go to a session which a person named. */
export async function tieSessions(journal: Journal, batch: Batch): Promise<void> {
  for (const connectionId of batch.connectionIds) {
    const connection = journal.connection(connectionId);
    if (isBroker(connection) && hasSessions(connection.config.settings)) await tie(journal, batch, connection);
  }
}

async function tie(journal: Journal, batch: Batch, connection: BrokerConnection): Promise<void> {
  const videos = new Map<string, number>();
  const pictures: Tie[] = [];
  const isNamed = namedSessions(journal, batch, connection);
  for await (const transfer of transfersOf(journal, batch.id, connection.id)) {
    if (isNamed(transfer.targetId)) continue;
    const { id, source, key, targetId } = transfer;
    const role = targetId === null ? null : (journal.output(id)?.role ?? null);
    const stem = stemOf(targetId === null ? key : source);
    if (!isVideo({ source, role })) {
      if (isPicture(source, role)) pictures.push({ id, stem });
      continue;
    }
    journal.tieToSession(id, id);
    if (!videos.has(stem)) videos.set(stem, id);
  }
  for (const [at, { id, stem }] of pictures.entries()) {
    const videoId = videos.get(stem);
    if (videoId !== undefined) journal.tieToSession(id, videoId);
    if (at % atOnce === atOnce - 1) await nextTurn();
  }
}

async function* transfersOf(journal: Journal, batchId: number, connectionId: number): AsyncGenerator<Transfer, void> {
  let after = 0;
  for (;;) {
    const page = journal.transfers({ batchId, connectionId, after, limit: atOnce });
    yield* page;
    const last = page.at(-1);
    if (last === undefined) return;
    after = last.id;
    await nextTurn();
  }
}

function isPicture(source: string, role: OutputRole | null): boolean {
  return role === 'still' || (mime.getType(source) ?? '').startsWith('image/');
}

/** Whether files of a target go to a session that is there already: it may have many videos. */
function namedSessions(
  journal: Journal,
  { details, prefix }: Batch,
  { config }: BrokerConnection,
): (targetId: number | null) => boolean {
  const known = new Map<number | null, boolean>();
  return (targetId) => {
    let named = known.get(targetId);
    if (named === undefined) {
      const rules = targetId === null ? null : (journal.target(targetId)?.rules ?? null);
      named = valuesFor(config.settings.kind, { details, prefix, rules }).session_id !== undefined;
      known.set(targetId, named);
    }
    return named;
  };
}
