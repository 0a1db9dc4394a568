/** Answers as servers write them, in whatever pieces they come. */
import { describe, expect, it } from 'vitest';
import { createAnswerReader, type WholeAnswer } from '../../electron/engine/upload/answer.ts';
import { seededRandom } from '../servers/random.ts';

/** Reads it in pieces that end at these places, and then the end of the connection. */
function read(text: string, ends: readonly number[] = []): WholeAnswer | null {
  const bytes = Buffer.from(text, 'latin1');
  const reader = createAnswerReader();
  let from = 0;
  for (const end of [...ends, bytes.length]) {
    const whole = reader.read(bytes.subarray(from, end));
    if (whole !== null) return whole;
    from = end;
  }
  return reader.ended();
}

const head = (...lines: string[]) => `HTTP/1.1 200 OK\r\n${lines.map((line) => `${line}\r\n`).join('')}\r\n`;

const answers = {
  'an empty one': [head('ETag: "a1"', 'Content-Length: 0'), { status: 200, body: '', reusable: true }],
  'one with a body': [head('content-length: 5') + 'hello', { body: 'hello', reusable: true }],
  'one in chunks': [
    head('Transfer-Encoding: chunked') + '5\r\nhello\r\n6;name=value\r\n world\r\n0\r\n\r\n',
    { body: 'hello world', reusable: true },
  ],
  'one in chunks, with trailers': [
    head('transfer-encoding: gzip, chunked') + '1\r\nx\r\n0\r\nx-sum: 1\r\n\r\n',
    { body: 'x', reusable: true },
  ],
  'one that ends with the connection': [head() + 'all of it', { body: 'all of it', reusable: false }],
  'one after interim answers': [
    `HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n${head('content-length: 1')}y`,
    { status: 200, body: 'y', reusable: true },
  ],
  'one without content': ['HTTP/1.1 204 No Content\r\n\r\n', { status: 204, body: '', reusable: true }],
  'one of HTTP/1.0': ['HTTP/1.0 200 OK\r\ncontent-length: 0\r\n\r\n', { reusable: false }],
  'one of HTTP/1.0 that stays': [
    'HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\ncontent-length: 0\r\n\r\n',
    { reusable: true },
  ],
  'one that closes': [head('connection: close', 'content-length: 0'), { reusable: false }],
  'one without a phrase': ['HTTP/1.1 503\r\ncontent-length: 2\r\n\r\nno', { status: 503, body: 'no' }],
} as const;

describe('an answer', () => {
  it.each(Object.entries(answers))('%s is read, wherever it is cut', (_, [text, wanted]) => {
    for (let cut = 0; cut <= text.length; cut++) {
      const { answer, reusable } = read(text, [cut]) ?? { answer: null, reusable: null };
      expect({ ...answer, reusable }).toMatchObject(wanted);
    }
  });

  it('is the same in any pieces', () => {
    const random = seededRandom('answer pieces');
    for (const [text] of Object.values(answers)) {
      const whole = read(text);
      for (let round = 0; round < 20; round++) {
        const ends = Array.from({ length: 1 + random.below(8) }, () => random.below(text.length)).sort((a, b) => a - b);
        expect(read(text, ends)).toEqual(whole);
      }
    }
  });

  it('has its headers in small letters, without the space around them, and what comes twice joined', () => {
    const text = head('ETag:  "a1"\t', 'X-Amz-Version-Id: 7', 'Vary: a', 'vary: b', 'empty:', 'content-length: 0');
    expect(read(text)?.answer.headers).toEqual({
      ...{ etag: '"a1"', 'x-amz-version-id': '7', vary: 'a, b', empty: '', 'content-length': '0' },
    });
    expect(Object.keys(read(head('__proto__: x', 'content-length: 0'))?.answer.headers ?? {})).toEqual([
      'content-length',
    ]);
  });

  it('tells how long the connection rests, a second before the server closes it', () => {
    const idle = (...lines: string[]) => read(head('content-length: 0', ...lines))?.idleFor;
    expect([
      idle(),
      idle('Keep-Alive: timeout=5, max=100'),
      idle('keep-alive: timeout=1'),
      idle('keep-alive: x'),
    ]).toEqual([null, 4000, 1, null]);
  });

  it('leaves a connection on which more came than was asked for', () => {
    expect(read(`${head('content-length: 1')}yHTTP/1.1 200 OK\r\n`)?.reusable).toBe(false);
    expect(read(`${head('transfer-encoding: chunked')}0\r\n\r\nx`)?.reusable).toBe(false);
  });

  it('that is cut off is none', () => {
    for (const text of [
      '',
      'HTTP/1.1 20',
      head('content-length: 5') + 'hell',
      head('transfer-encoding: chunked') + '5\r\nhe',
    ])
      expect(read(text)).toBeNull();
  });

  it.each([
    ['another protocol', 'SSH-2.0-OpenSSH_9.2\r\n\r\n'],
    ['another version', 'HTTP/2.0 200 OK\r\n\r\n'],
    ['a header without a name', head(': x')],
    ['a header that is folded', head('a: b', ' c')],
    ['a length that is none', head('content-length: -1')],
    ['two lengths', head('content-length: 1', 'content-length: 2')],
    ['a chunk without a size', `${head('transfer-encoding: chunked')}x\r\n`],
    ['a chunk that is longer than it says', `${head('transfer-encoding: chunked')}1\r\nxyz\r\n`],
    ['a head without an end', `HTTP/1.1 200 OK\r\n${'a: b\r\n'.repeat(20_000)}`],
    ['a body without an end', head() + 'x'.repeat(2_000_000)],
  ])('with %s is refused', (_, text) => {
    expect(() => read(text)).toThrow(expect.objectContaining({ kind: 'server-error' }));
  });
});
