/**
 * multipart/form-data (RFC 7578) as it arrives, one part after another, with no more of it in memory than the network gives
 * at once. Strict: no text before the first part, no part without a name. Written here since no maintained parser is
 * installed.
 */

/** What arrives is no form, or breaks off. */
export class BadForm extends Error {}

export interface FormPart {
  name: string;
  /** null: a field of text */
  filename: string | null;
  /** media type as it was said, or null */
  type: string | null;
  /** to be read before the next part is asked for; what is left of it is skipped */
  body: AsyncIterable<Buffer>;
}

/** bytes, of one part */
const largestHead = 16 * 1024;
const lineEnd = Buffer.from('\r\n');
const headEnd = Buffer.from('\r\n\r\n');

/** The boundary of a request's Content-Type. Throws BadForm where it is no form. */
export function boundaryOf(contentType = ''): string {
  const [, quoted, plain] =
    /^multipart\/form-data\s*;(?:.*;)?\s*boundary=(?:"([^"]{1,70})"|([^\s;"]{1,70}))/i.exec(contentType) ?? [];
  return quoted ?? plain ?? refuse('multipart/form-data with a boundary was expected');
}

/** Throws BadForm, and what the source throws. */
export async function* formParts(source: AsyncGenerator<Buffer>, boundary: string): AsyncGenerator<FormPart, void> {
  const reader = createReader(source);
  const delimiter = Buffer.from(`\r\n--${boundary}`);
  try {
    if (!(await reader.take(delimiter.length - 2)).equals(delimiter.subarray(2)))
      refuse('the form does not start with its boundary');
    for (;;) {
      const next = await reader.take(2);
      if (next.toString() === '--') break;
      if (!next.equals(lineEnd)) refuse('a boundary ends in neither a line nor --');
      const head = headOf((await reader.upTo(headEnd, largestHead)).toString());
      const body = reader.until(delimiter);
      yield { ...head, body };
      const left = body[Symbol.asyncIterator]();
      while ((await left.next()).done !== true);
    }
    await reader.skipRest();
  } finally {
    await source.return(undefined);
  }
}

function refuse(words: string): never {
  throw new BadForm(words);
}

function headOf(text: string): Pick<FormPart, 'name' | 'filename' | 'type'> {
  const disposition = /^content-disposition:\s*form-data\s*;(.*)$/im.exec(text)?.[1] ?? '';
  const name = parameterOf(disposition, 'name') ?? refuse('a part has no name');
  const type = /^content-type:\s*(.+?)\s*$/im.exec(text)?.[1] ?? null;
  return { name, filename: parameterOf(disposition, 'filename'), type };
}

/** Browsers write a quote as %22, curl and others as \". */
function parameterOf(disposition: string, name: string): string | null {
  const value = new RegExp(`(?:^|;)\\s*${name}="((?:\\\\"|[^"])*)"`, 'i').exec(disposition)?.[1];
  return value?.replaceAll('\\"', '"').replaceAll('%22', '"') ?? null;
}

interface Reader {
  /** so many bytes, exactly */
  take(count: number): Promise<Buffer>;
  /** what stands before a mark, at most so many bytes; the mark is gone too */
  upTo(mark: Buffer, most: number): Promise<Buffer>;
  /** The same, as it arrives. Once it has ended it stays so, however often it is iterated. */
  until(mark: Buffer): AsyncIterable<Buffer>;
  skipRest(): Promise<void>;
}

function createReader(source: AsyncGenerator<Buffer>): Reader {
  let held: Buffer = Buffer.alloc(0);

  async function more(): Promise<void> {
    const next = await source.next();
    if (next.done === true) refuse('it breaks off');
    held = held.length === 0 ? next.value : Buffer.concat([held, next.value]);
  }

  function cut(count: number): Buffer {
    const piece = held.subarray(0, count);
    held = held.subarray(count);
    return piece;
  }

  /** What cannot be the start of the mark is given on at once. */
  async function pieceBefore(mark: Buffer): Promise<{ piece: Buffer; last: boolean }> {
    for (;;) {
      const at = held.indexOf(mark);
      if (at >= 0) {
        const piece = cut(at);
        cut(mark.length);
        return { piece, last: true };
      }
      const sure = held.length - mark.length + 1;
      if (sure > 0) return { piece: cut(sure), last: false };
      await more();
    }
  }

  return {
    async take(count) {
      while (held.length < count) await more();
      return cut(count);
    },
    async upTo(mark, most) {
      while (!held.includes(mark)) {
        if (held.length > most) refuse('the head of a part is too long');
        await more();
      }
      const head = cut(held.indexOf(mark));
      cut(mark.length);
      return head;
    },
    until(mark) {
      let ended = false;
      async function* pieces(): AsyncGenerator<Buffer, void> {
        while (!ended) {
          const { piece, last } = await pieceBefore(mark);
          ended = last;
          if (piece.length > 0) yield piece;
        }
      }
      return { [Symbol.asyncIterator]: pieces };
    },
    async skipRest() {
      held = Buffer.alloc(0);
      while ((await source.next()).done !== true);
    },
  };
}
