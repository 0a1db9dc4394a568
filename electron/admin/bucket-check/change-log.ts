/**
 * The changes to settings that were made from this computer, by the window and the terminal: each is written down before it is
 * made, with all that was there before, so that this can be put back. Readable only by its owner; Sideline removes none of them.
 */
import { mkdir, open, readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { mendSchema, settingNames, type Mend, type SettingName } from '../../../shared/bucket-check.ts';
import { SidelineError } from '../../../shared/errors.ts';
import { logIdSchema } from '../../../shared/log-id.ts';
import { bucketCheck } from '../../../shared/strings/bucket-check.ts';
import { newLogId } from '../log-id.ts';
import { sourceOf, type SettingValue } from './settings.ts';
import { readXml } from './xml.ts';
import { systemCode } from '../../system-code.ts';

export interface ChangeRecord {
  id: string;
  /** ms since 1970 */
  at: number;
  /** endpoint and bucket */
  place: string;
  setting: SettingName;
  mend: Mend | null;
  before: SettingValue;
  after: SettingValue;
  /** What came of it, and how the store has it since; null: it was cut short. */
  ended: { taken: boolean; now: SettingValue } | null;
}

export interface ChangeLog {
  /** On the disk before it resolves. Returns its id. Rejects with `journal-failed`: then nothing is to be changed. */
  begun(change: Pick<ChangeRecord, 'place' | 'setting' | 'mend' | 'before' | 'after'>): Promise<string>;
  ended(id: string, how: { taken: boolean; now: SettingValue }): Promise<void>;
  /** To settings of one bucket, the newest first. */
  of(place: string): Promise<ChangeRecord[]>;
  /** Throws `invalid-input` where there is none of this bucket. */
  find(place: string, id: string): Promise<ChangeRecord>;
}

const storedSchema = z.union([
  z.null(),
  z.strictObject({ xml: z.string(), headers: z.record(z.string(), z.string()).optional() }),
  z.strictObject({ json: z.string() }),
]);
type Stored = z.infer<typeof storedSchema>;

const begunSchema = z.object({
  line: z.literal('begun'),
  id: logIdSchema,
  at: z.number(),
  place: z.string(),
  setting: z.enum(settingNames),
  // A change of a later Sideline may be one that this one does not know.
  mend: mendSchema.nullable().catch(null),
  before: storedSchema,
  after: storedSchema,
});
const lineSchema = z.discriminatedUnion('line', [
  begunSchema,
  z.object({ line: z.literal('ended'), id: logIdSchema, taken: z.boolean(), now: storedSchema }),
]);
type Line = z.input<typeof lineSchema>;

export function openChangeLog(dataFolder: string): ChangeLog {
  const file = path.join(dataFolder, 'bucket-changes.jsonl');

  /** In one write, and with a line end before it: what a crash has cut stays a line of its own. */
  async function append(line: Line): Promise<void> {
    try {
      await mkdir(dataFolder, { recursive: true, mode: 0o700 });
      const handle = await open(file, 'a', 0o600);
      try {
        await handle.appendFile(`\n${JSON.stringify(line)}\n`);
        await handle.datasync();
      } finally {
        await handle.close();
      }
    } catch (cause) {
      throw new SidelineError('journal-failed', { subject: systemCode(cause), cause });
    }
  }

  async function of(place: string): Promise<ChangeRecord[]> {
    const changes = new Map<string, ChangeRecord>();
    for (const text of (await textOf(file)).split('\n')) {
      const line = parsed(text);
      if (line?.line === 'begun' && line.place === place)
        changes.set(line.id, { ...line, before: loaded(line.before), after: loaded(line.after), ended: null });
      const begun = line?.line === 'ended' ? changes.get(line.id) : undefined;
      if (line?.line === 'ended' && begun !== undefined)
        changes.set(line.id, { ...begun, ended: { taken: line.taken, now: loaded(line.now) } });
    }
    return [...changes.values()].reverse();
  }

  return {
    of,
    async begun({ place, setting, mend, before, after }) {
      const at = Date.now();
      const id = newLogId(at);
      await append({ line: 'begun', id, at, place, setting, mend, before: stored(before), after: stored(after) });
      return id;
    },
    ended: (id, { taken, now }) => append({ line: 'ended', id, taken, now: stored(now) }),
    async find(place, id) {
      const found = (await of(place)).find((one) => one.id === id);
      if (found === undefined) throw new SidelineError('invalid-input', { subject: bucketCheck.noChange(id) });
      return found;
    },
  };
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return '';
    throw error;
  }
}

/** null: a line that was cut, or one of a later Sideline */
function parsed(text: string): z.output<typeof lineSchema> | null {
  if (text === '') return null;
  try {
    return lineSchema.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}

function stored(value: SettingValue): Stored {
  if (value === null) return null;
  if (value.format === 'json') return { json: sourceOf(value) };
  return { xml: sourceOf(value), ...(value.headers === undefined ? {} : { headers: value.headers }) };
}

function loaded(value: Stored): SettingValue {
  if (value === null) return null;
  if ('json' in value) return { format: 'json', value: JSON.parse(value.json) as unknown };
  const root = readXml(value.xml);
  return value.headers === undefined ? { format: 'xml', root } : { format: 'xml', root, headers: value.headers };
}
