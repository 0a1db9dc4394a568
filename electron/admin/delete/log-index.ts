/**
 * What became of every object of a deletion, by its number, in a few bytes each: keys stay in the file. Of a million objects
 * that is some 17 MB, for as long as somebody looks at it.
 */
import type { FileHandle } from 'node:fs/promises';
import { deletionOutcomes, type DeletionOutcome } from '../../../shared/deletions.ts';
import { SidelineError } from '../../../shared/errors.ts';
import { deletions } from '../../../shared/strings/deletions.ts';
import { linesOf } from './log-lines-of.ts';
import {
  eventSchema,
  headSchema,
  numbersOf,
  isItem,
  parseLine,
  type Head,
  type LogEvent,
  type Range,
} from './log-lines.ts';

export interface LogIndex {
  head: Head;
  count: number;
  /** of all */
  bytes: number;
  outcomeOf(number: number): DeletionOutcome;
  /** where its own line begins in the file. bytes */
  offsetOf(number: number): number;
  /** where the line begins that says what became of it; null: nothing did. `undo`: of an undo */
  didOf(number: number, undo: boolean): number | null;
  /** when the store was last asked to delete it, ms since 1970; null: it was not */
  triedAt(number: number): number | null;
  /** of all, in the order of `deletionOutcomes` */
  outcomes: Record<DeletionOutcome, number>;
  /** what it ended with; null: something is under way, or it was interrupted */
  end: (LogEvent & { line: 'end' }) | null;
  /** it was confirmed: without that it is only a survey */
  begun: boolean;
}

const codeOf = (outcome: DeletionOutcome) => deletionOutcomes.indexOf(outcome);

/** Lists of numbers that grow. */
interface Columns {
  offsets: Float64Array;
  outcomes: Uint8Array;
  /** of the events, from 1; 0: none */
  tried: Uint32Array;
  did: Uint32Array;
  undid: Uint32Array;
}

const columns = (size: number): Columns => ({
  offsets: new Float64Array(size),
  outcomes: new Uint8Array(size),
  tried: new Uint32Array(size),
  did: new Uint32Array(size),
  undid: new Uint32Array(size),
});

function grown(before: Columns): Columns {
  const after = columns(before.offsets.length * 2);
  after.offsets.set(before.offsets); // all lines of objects come before the first event: the rest is zero
  return after;
}

/** In a key its quotes would be escaped. */
const sizeIn = /,"size":(\d+)/;

/** Reads all of a log. Throws `invalid-input` where it is none. */
export async function indexLog(handle: FileHandle): Promise<LogIndex> {
  let head: Head | null = null;
  let end: LogIndex['end'] = null;
  let begun = false;
  let count = 0;
  let bytes = 0;
  let all = columns(1024);
  const events: { offset: number; at: number }[] = [];

  function mark(ranges: readonly Range[], outcome: DeletionOutcome | null, column: 'tried' | 'did' | 'undid'): void {
    for (const number of numbersOf(ranges)) {
      if (number < 0 || number >= count) continue;
      if (outcome !== null) all.outcomes[number] = codeOf(outcome);
      all[column][number] = events.length;
    }
  }

  function note(event: LogEvent, offset: number): void {
    events.push({ offset, at: event.at });
    end = event.line === 'end' ? event : null;
    if (event.line === 'begin') begun = true;
    else if (event.line === 'try') mark(event.items, 'unknown', 'tried');
    else if (event.line === 'did') {
      mark(event.deleted, 'deleted', 'did');
      mark(rangesOfFailed(event), 'failed', 'did');
    } else if (event.line === 'undo-did') {
      mark(event.restored, 'restored', 'undid');
      mark(event.replaced, 'replaced', 'undid');
      mark(event.lost, 'lost', 'undid');
      mark(rangesOfFailed(event), null, 'undid');
    }
  }

  for await (const lines of linesOf(handle)) {
    for (const { text, offset } of lines) {
      if (head === null) head = parseLine(headSchema, text);
      else if (isItem(text)) {
        if (count === all.offsets.length) all = grown(all);
        all.offsets[count++] = offset;
        bytes += Number(sizeIn.exec(text)?.[1] ?? 0);
      } else {
        const event = parseLine(eventSchema, text);
        if (event !== null) note(event, offset);
      }
    }
    if (head === null) break;
  }
  if (head === null) throw new SidelineError('invalid-input', { subject: deletions.unreadable });

  const eventOf = (number: number, column: 'tried' | 'did' | 'undid') => events[(all[column][number] ?? 0) - 1] ?? null;
  const outcomeOf = (number: number) => deletionOutcomes[all.outcomes[number] ?? 0] ?? 'untried';
  const outcomes = Object.fromEntries(deletionOutcomes.map((one) => [one, 0])) as Record<DeletionOutcome, number>;
  for (let number = 0; number < count; number++) outcomes[outcomeOf(number)] += 1;
  return {
    ...{ head, count, bytes, outcomes, end, begun, outcomeOf },
    offsetOf: (number) => all.offsets[number] ?? 0,
    didOf: (number, undo) => eventOf(number, undo ? 'undid' : 'did')?.offset ?? null,
    triedAt: (number) => eventOf(number, 'tried')?.at ?? null,
  };
}

function rangesOfFailed({ failed }: Extract<LogEvent, { failed: unknown }>): Range[] {
  return failed.map(([number]) => [number, 1]);
}
