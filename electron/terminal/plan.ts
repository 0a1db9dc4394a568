/** sideline plan: what an upload would do, file by file; nothing is sent, and nothing is kept. */
import os from 'node:os';
import type { Logger } from 'pino';
import { asSidelineError, reason, reasonOf, type Reason } from '../../shared/errors.ts';
import { formatBytes, formatCount, printable } from '../../shared/format.ts';
import { objectKey, withOtherName } from '../../shared/key-template/index.ts';
import type { Output } from '../../shared/output.ts';
import type { WantedTarget } from '../engine/engine.ts';
import { createInspector, type Inspector } from '../engine/inspect/inspector.ts';
import { planFile, type Targets } from '../engine/plan/plan-file.ts';
import { createKeys } from '../engine/plan/plan-to-targets.ts';
import { scan, type Found, type FoundFile } from '../engine/scan/scan.ts';

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
  targets: readonly WantedTarget[];
  /** of all keys, where there are no targets */
  prefix: string;
  json: boolean;
  log: Logger;
}

/** Writes a line for each output, and a sum at the end. Names that only the store knows to be taken are not seen here. */
export async function plan(roots: readonly string[], options: PlanOptions): Promise<0 | 1> {
  const inspector = createInspector({ threads: Math.min(2, os.availableParallelism()), log: options.log });
  const taken = new Map<string, string>();
  const keys = createKeys(0, Date.now);
  const sum = { planned: 0, skipped: 0, failed: 0, bytes: 0 };
  try {
    for await (const found of scan(roots)) {
      for (const one of found) {
        for (const line of await linesOf(one, keys(), options, inspector)) {
          const seen = withoutClash(line, options.targets, taken);
          sum[seen.state] += 1;
          if (seen.state === 'planned') sum.bytes += seen.size;
          process.stdout.write(options.json ? `${JSON.stringify(seen)}\n` : `${printable(words(seen))}\n`);
        }
      }
    }
  } finally {
    await inspector.close();
  }
  process.stdout.write(options.json ? `${JSON.stringify(sum)}\n` : `${total(sum)}\n`);
  return sum.failed === 0 ? 0 : 1;
}

async function linesOf(
  found: Found,
  key: Output['key'],
  options: PlanOptions,
  inspector: Inspector,
): Promise<PlanLine[]> {
  const { source } = found;
  const line = { source, size: 0, key: null, destination: null, output: 'file' };
  if (found.found !== 'file') return [{ ...line, state: found.found, reason: found.reason }];
  try {
    return await linesOfFile(found, key, options, inspector);
  } catch (error) {
    return [{ ...line, size: found.fingerprint.size, state: 'failed', reason: reasonOf(asSidelineError(error)) }];
  }
}

async function linesOfFile(
  found: FoundFile,
  key: Output['key'],
  options: PlanOptions,
  inspector: Inspector,
): Promise<PlanLine[]> {
  const { source, relativePath, fingerprint } = found;
  const line = { source, size: fingerprint.size, destination: null, output: 'file', reason: null };
  const [first, ...others] = options.targets.map((target, id) => ({ ...target, id, batchId: 0 }));
  if (first === undefined) return [{ ...line, state: 'planned', key: objectKey(options.prefix, relativePath) }];
  const targets: Targets = [first, ...others];
  const inspected = await inspector.inspect(source);
  const { target, refusal, outputs } = planFile({ source, relativePath, fingerprint, inspected, key }, targets);
  const destination = refusal?.reason.kind === 'no-destination' ? null : target.rules.name;
  return outputs.map((output) => ({
    ...{ ...line, destination, output: output.name ?? output.role },
    state: refusal?.state ?? 'planned',
    key: refusal === null ? output.key : null,
    reason: refusal?.reason ?? null,
  }));
}

/** Two files of one upload never share a key: where a destination replaces nothing, the second gets another name. */
function withoutClash(line: PlanLine, targets: PlanOptions['targets'], taken: Map<string, string>): PlanLine {
  const wanted = line.key;
  if (wanted === null) return line;
  const { overwrite } = targets.find(({ rules }) => rules.name === line.destination)?.rules ?? { overwrite: 'replace' };
  let key = wanted;
  for (let n = 2; taken.has(key); n++) {
    if (overwrite !== 'never')
      return { ...line, state: 'failed', key: null, reason: reason('key-clash', taken.get(key)) };
    key = withOtherName(wanted, n);
  }
  taken.set(key, line.source);
  return { ...line, key };
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
