/** sideline status: reads the journal, also while another Sideline writes it. */
import { placeName } from '../../shared/connection-kind.ts';
import type { Batch, Totals, Transfer } from '../../shared/domain.ts';
import { formatBytes, formatCount } from '../../shared/format.ts';
import { sumTotals } from '../engine/engine.ts';
import type { Journal } from '../journal/journal.ts';
import { openJournal } from '../journal/open.ts';
import { jsonLine } from './json-line.ts';
import { describe } from './output.ts';

const mostListed = 1000;
const mostShown = 20;

interface Status {
  dataDir: string;
  batches: (Batch & { connection: string; bucket: string; totals: Totals; resentParts: number })[];
  totals: Totals;
  failed: Transfer[];
  waiting: Transfer[];
  skipped: Transfer[];
}

export function status(options: { dataDir: string; json: boolean }): 0 {
  const journal = openJournal({ folder: options.dataDir, readOnly: true });
  try {
    const found = journal === null ? null : read(journal, options.dataDir);
    process.stdout.write(options.json ? jsonLine(found ?? empty(options.dataDir)) : text(found));
  } finally {
    journal?.close();
  }
  return 0;
}

function empty(dataDir: string): Status {
  return { dataDir, batches: [], totals: sumTotals([]), failed: [], waiting: [], skipped: [] };
}

function read(journal: Journal, dataDir: string): Status {
  const batches = journal.batches().map((batch) => {
    const { name, config } = journal.connection(batch.connectionId);
    const resentParts = journal.resentParts(batch.id);
    return { ...batch, connection: name, bucket: placeName(config), totals: journal.totals(batch.id), resentParts };
  });
  const list = (state: Transfer['state']) => journal.transfers({ states: [state], limit: mostListed });
  return {
    dataDir,
    batches,
    totals: sumTotals(batches.map((batch) => batch.totals)),
    failed: list('failed'),
    waiting: list('waiting'),
    skipped: list('skipped'),
  };
}

function text(found: Status | null): string {
  if (found === null || found.batches.length === 0) return 'Nothing has been uploaded yet.\n';
  const lines = found.batches.map(batchLine);
  for (const { state, transfers } of [
    { state: 'failed', transfers: found.failed },
    { state: 'waiting', transfers: found.waiting },
    { state: 'skipped', transfers: found.skipped },
  ]) {
    const shown = transfers.slice(0, mostShown);
    lines.push(...shown.map((transfer) => `#${transfer.id} ${describe(transfer)}`));
    if (transfers.length > shown.length)
      lines.push(`... and ${transfers.length - shown.length} more ${state}: see --json`);
  }
  return `${lines.join('\n')}\n`;
}

function batchLine(batch: Status['batches'][number]): string {
  const states = Object.entries(batch.totals)
    .filter(([, total]) => total.files > 0)
    .map(([state, total]) => `${total.files} ${state}`);
  const files = Object.values(batch.totals).reduce((sum, total) => sum + total.files, 0);
  const bytes = Object.values(batch.totals).reduce((sum, total) => sum + total.bytes, 0);
  const when = new Date(batch.createdAt).toLocaleString();
  const scanning = batch.plannedAt === null ? ' (not fully scanned yet)' : '';
  return `Upload ${batch.id}, ${when}: ${formatCount(files, 'file', 'files')}, ${formatBytes(bytes)} to ${batch.bucket}/${batch.prefix}${scanning}: ${states.join(', ')}`;
}
