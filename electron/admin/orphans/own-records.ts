/** What this computer has to do with a backend's record: it may have sent what it is of, or be sending it just now. */
import { isS3Config } from '../../../shared/connection-kind.ts';
import type { BackendRecord } from '../../../shared/orphans.ts';
import { isUnfinished } from '../../engine/transfer-state.ts';
import type { Journal } from '../../journal/journal.ts';

export type OwnJournal = Pick<
  Journal,
  'everyConnection' | 'historyRow' | 'place' | 'transfer' | 'transferOfRecord' | 'transfers'
>;

export interface OwnRecord extends Pick<BackendRecord, 'baseUrl' | 'id' | 'values'> {
  /** bytes; null: it does not say */
  size: number | null;
}

export interface OwnRecords {
  /** The receipt of it; null: this computer has none, or it is marked already. */
  sentBy(record: OwnRecord): { id: number; size: number; finishedAt: number; source: string } | null;
  /** It is, or may be, of what is being sent: a backend may make its record first, and name it when the file is there. */
  isComing(record: OwnRecord): boolean;
}

/** In one of these something may be on its way. */
const sending = ['uploading', 'verifying', 'waiting'] as const;
/** transfers */
const mostSending = 1000;

/** As it is now: for a few hundred records, not for a search. */
export function ownRecords(journal: OwnJournal): OwnRecords {
  const underWay = new Map<string, ReturnType<typeof beingSent>>();

  const transferOf = ({ baseUrl, id }: OwnRecord): number | null =>
    connectionsTo(journal, baseUrl)
      .map((connectionId) => journal.transferOfRecord(connectionId, id))
      .find((one) => one !== null) ?? null;

  function comingTo(baseUrl: string) {
    const known = underWay.get(baseUrl) ?? beingSent(journal, baseUrl);
    underWay.set(baseUrl, known);
    return known;
  }

  return {
    sentBy(record) {
      const id = transferOf(record);
      const row = id === null ? null : journal.historyRow(id);
      if (id === null || row === null || row.removedAt !== null) return null;
      return { id, size: row.size, finishedAt: row.finishedAt, source: row.source };
    },
    isComing(record) {
      const id = transferOf(record);
      const transfer = id === null ? null : journal.transfer(id);
      if (transfer !== null) return isUnfinished(transfer.state);
      return comingTo(record.baseUrl).some(
        ({ event, size }) => event === record.values.event_id && (size === record.size || (record.size ?? 0) === 0),
      );
    },
  };
}

/** Connections to one backend, those that were removed among them. */
function connectionsTo(journal: Pick<Journal, 'everyConnection'>, baseUrl: string): number[] {
  return journal
    .everyConnection()
    .flatMap(({ id, config }) => (!isS3Config(config) && config.settings.baseUrl === baseUrl ? [id] : []));
}

/** What has been begun and has not arrived. */
function beingSent(journal: OwnJournal, baseUrl: string): { event: string | undefined; size: number }[] {
  return connectionsTo(journal, baseUrl).flatMap((connectionId) =>
    journal.transfers({ connectionId, states: sending, limit: mostSending }).flatMap(({ id }) => {
      const known = journal.place(id);
      if (known?.place == null || known.begunAt === null) return [];
      return [{ event: known.place.values.event_id, size: known.place.file.size }];
    }),
  );
}
