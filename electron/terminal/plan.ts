/** sideline plan: what an upload would do, file by file; nothing is sent, and nothing is kept. */
import os from 'node:os';
import type { Logger } from 'pino';
import { reason, type Reason } from '../../shared/errors.ts';
import { formatBytes, formatCount, printable } from '../../shared/format.ts';
import { createInspections } from '../engine/inspect/inspections.ts';
import { createInspector } from '../engine/inspect/inspector.ts';
import { lookInto, unlooked, type LookedFile } from '../engine/plan/look.ts';
import { createPreview, type PreviewDeps, type PreviewRow } from '../engine/plan/preview.ts';
import type { WantedTarget } from '../engine/plan/same-batch.ts';
import { scan } from '../engine/scan/scan.ts';
import { jsonLine } from './json-line.ts';

export interface PlanLine {
  /** absolute path */
  source: string;
  /** bytes */
  size: number;
  /** what would happen to it */
  state: 'planned' | 'skipped' | 'failed';
  /** of what would be sent; null: nothing */
  key: string | null;
  /** name of its destination; null: none */
  destination: string | null;
  /** what of the file: itself, its original, another size */
  output: string;
  reason: Reason | null;
}

export interface PlanOptions {
  journal: PreviewDeps['journal'];
  targets: readonly WantedTarget[];
  /** of all keys, where there are no targets */
  prefix: string;
  json: boolean;
  log: Logger;
}

/** No connection is asked for where there are no targets: what the journal has of its keys is then not seen. */
const noConnection = 0;

/** Writes a line for each output, and a sum at the end. Names that only the store knows to be taken are not seen here. */
export async function plan(roots: readonly string[], options: PlanOptions): Promise<0 | 1> {
  const { journal, targets, prefix, json, log } = options;
  const inspections = createInspections(createInspector({ threads: Math.min(2, os.availableParallelism()), log }));
  const connectionId = targets[0]?.connectionId ?? noConnection;
  const preview = createPreview({ journal, now: Date.now }, { connectionId, prefix, roots, targets });
  const sum = { planned: 0, skipped: 0, failed: 0, bytes: 0 };
  try {
    for await (const found of scan(roots)) {
      const files = found.map(unlooked);
      if (targets.length > 0) await Promise.all(files.map((file) => lookInto(inspections, file)));
      for (const file of files) {
        for (const line of preview(file).map((row) => lineOf(file, row))) {
          sum[line.state] += 1;
          if (line.state === 'planned') sum.bytes += line.size;
          process.stdout.write(json ? jsonLine(line) : `${printable(words(line))}\n`);
        }
      }
    }
  } finally {
    await inspections.close();
  }
  process.stdout.write(json ? jsonLine(sum) : `${total(sum)}\n`);
  return sum.failed === 0 ? 0 : 1;
}

const leftToApp = { state: 'skipped', key: null, reason: reason('still-elsewhere') } as const;

function lineOf({ source, fingerprint: { size } }: LookedFile, planned: PreviewRow): PlanLine {
  const row = planned.role === 'still' && planned.state === 'planned' ? { ...planned, ...leftToApp } : planned;
  const { state, key, reason, target } = row;
  return { source, size, state, key, destination: target?.rules.name ?? null, output: row.name ?? row.role, reason };
}

function words({ source, size, state, key, output, reason: why }: PlanLine): string {
  const what = output === 'file' ? '' : ` (${output})`;
  const note = why === null ? '' : `  ${why.message}`;
  return state === 'planned'
    ? `${source}${what} -> ${key ?? ''}  ${formatBytes(size)}${note}`
    : `${source}: ${state}.${note}`;
}

function total({
  planned,
  skipped,
  failed,
  bytes,
}: {
  planned: number;
  skipped: number;
  failed: number;
  bytes: number;
}) {
  const parts = [`${formatCount(planned, 'object', 'objects')} of ${formatBytes(bytes)} would be sent`];
  if (skipped > 0) parts.push(`${formatCount(skipped, 'file', 'files')} skipped`);
  if (failed > 0) parts.push(`${formatCount(failed, 'file', 'files')} failed`);
  return `${parts.join(', ')}.`;
}
