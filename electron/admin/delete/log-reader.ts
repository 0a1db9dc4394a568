/** Reads the log of a deletion, also while another Sideline writes it. */
import { open } from 'node:fs/promises';
import type { DeletionEntry } from '../../../shared/deletions.ts';
import { SidelineError } from '../../../shared/errors.ts';
import { deletions } from '../../../shared/strings/deletions.ts';
import { indexLog, type LogIndex } from './log-index.ts';
import { lineAt, linesOf } from './log-lines-of.ts';
import { eventSchema, isItem, itemSchema, numbersOf, parseLine, type Item, type LogEvent } from './log-lines.ts';

/** A line of an object, with its number. */
export interface NumberedItem extends Item {
  number: number;
}

export interface LogReader {
  index: LogIndex;
  /** The numbers of those that fit, in order, without the first `skip` of them. */
  numbers(fits: (number: number) => boolean, skip?: number): Generator<number, void>;
  /** Throws `internal` where its line is gone. */
  item(number: number): Promise<NumberedItem>;
  /** Those that fit, in order, some at a time. */
  items(fits: (number: number) => boolean): AsyncGenerator<NumberedItem[], void>;
  /** All that is known of it. */
  entry(item: NumberedItem): Promise<DeletionEntry>;
  close(): Promise<void>;
}

type Did = Extract<LogEvent, { line: 'did' | 'undo-did' }>;
interface Told {
  markers: Map<number, string | null>;
  failed: Map<number, DeletionEntry['reason']>;
}

/** What is read again and again: the answers of neighbours stand in one line. */
const mostKept = 16;

/** Rejects with `invalid-input` where there is none. */
export async function openLogReader(file: string, id: string): Promise<LogReader> {
  const handle = await open(file, 'r').catch((cause: unknown) => {
    throw new SidelineError('invalid-input', { subject: deletions.noDeletion(id), cause });
  });
  const index = await indexLog(handle).catch(async (error: unknown) => {
    await handle.close();
    throw error;
  });
  const kept = new Map<number, Told>();

  async function toldAt(offset: number): Promise<Told> {
    const known = kept.get(offset);
    if (known !== undefined) return known;
    const event = parseLine(eventSchema, await lineAt(handle, offset));
    const told = event?.line === 'did' || event?.line === 'undo-did' ? toldBy(event) : nothingTold;
    if (kept.size >= mostKept) kept.clear();
    kept.set(offset, told);
    return told;
  }

  async function item(number: number): Promise<NumberedItem> {
    const found = parseLine(itemSchema, await lineAt(handle, index.offsetOf(number)));
    if (found === null) throw new SidelineError('internal', { cause: new Error(`${file} has no object ${number}`) });
    return { ...found, number };
  }

  return {
    index,
    item,
    *numbers(fits, skip = 0) {
      let left = skip;
      for (let number = 0; number < index.count; number++) {
        if (!fits(number)) continue;
        if (left > 0) left -= 1;
        else yield number;
      }
    },
    async *items(fits) {
      let number = 0;
      for await (const lines of linesOf(handle, index.offsetOf(0))) {
        const some: NumberedItem[] = [];
        for (const { text } of lines) {
          if (number === index.count) break;
          if (!isItem(text)) continue;
          const found = fits(number) ? parseLine(itemSchema, text) : null;
          if (found !== null) some.push({ ...found, number });
          number += 1;
        }
        if (some.length > 0) yield some;
        if (number === index.count) return;
      }
    },
    async entry({ number, key, size, modified, versionId }) {
      const [did, undid] = [index.didOf(number, false), index.didOf(number, true)];
      const told = did === null ? nothingTold : await toldAt(did);
      const undone = undid === null ? nothingTold : await toldAt(undid);
      const markerId = told.markers.get(number) ?? null;
      const reason = undone.failed.get(number) ?? told.failed.get(number) ?? null;
      return { number, key, size, modified, versionId, markerId, outcome: index.outcomeOf(number), reason };
    },
    close: () => handle.close(),
  };
}

const nothingTold: Told = { markers: new Map(), failed: new Map() };

function toldBy(event: Did): Told {
  const ids = event.line === 'did' ? (event.markers ?? []) : [];
  const deleted = event.line === 'did' ? numbersOf(event.deleted) : [];
  const markers = new Map([...deleted].map((number, at) => [number, ids[at] ?? null]));
  return { markers, failed: new Map(event.failed) };
}
