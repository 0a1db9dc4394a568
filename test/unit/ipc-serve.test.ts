/** The border of the main process: 10,000 random and hostile messages at every call, and nothing but typed errors comes back. */
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { errorKinds, SidelineError } from '../../shared/errors.ts';
import { calls, channels, type Answer, type CallName } from '../../shared/ipc.ts';
import type { Handlers } from '../../electron/ipc/handlers.ts';
import { answerCall, answerDrop, serveCalls } from '../../electron/ipc/serve.ts';
import { hostileValue, mutated } from '../servers/hostile.ts';
import { seededRandom } from '../servers/random.ts';
import { validInputs } from '../servers/valid-inputs.ts';

const names = Object.keys(calls) as CallName[];
const messages = 10_000;

/** Nothing more than this may come back: no stack, no cause, no field of another kind. */
const refusalSchema = z.strictObject({
  ok: z.literal(false),
  error: z.strictObject({
    kind: z.enum(errorKinds),
    name: z.string().regex(/^[A-Z0-9_]+$/),
    message: z.string().min(1).max(400),
  }),
});

interface Logged {
  level: 'warn' | 'error';
  details: unknown;
}

function recorder() {
  const lines: Logged[] = [];
  const write =
    (level: Logged['level']) =>
    (details: unknown): void =>
      void lines.push({ level, details });
  return { lines, log: { warn: write('warn'), error: write('error') } };
}

/** Handlers that keep what they were given. */
function recording(onInput: (name: CallName, input: unknown) => unknown): Handlers {
  const entries = names.map((name) => [name, (input: unknown) => onInput(name, input)]);
  return Object.fromEntries(entries) as Handlers;
}

describe.each(names)('%s', (name) => {
  test(`answers ${messages} random and hostile messages with typed errors, or with what its schema allows`, async () => {
    const random = seededRandom(name);
    const got: unknown[] = [];
    const { lines, log } = recorder();
    const handlers = recording((called, input) => {
      expect(called).toBe(name);
      got.push(input);
      return 'reached';
    });
    let refused = 0;
    for (let count = 0; count < messages; count++) {
      const valid = random.pick(validInputs[name]);
      const input = random.below(4) === 0 ? hostileValue(random) : mutated(random, valid);
      const before = got.length;
      const answer = await answerCall(handlers, name, input, log);
      if (got.length > before) {
        if (!answer.ok || answer.output !== 'reached') throw new Error(`an odd answer: ${JSON.stringify(answer)}`);
        continue;
      }
      const { error } = refusalSchema.parse(answer);
      if (error.kind !== 'invalid-input') throw new Error(`${error.kind}: ${error.message}`);
      refused += 1;
    }
    const wrong = got.filter((input) => !calls[name].input.safeParse(input).success);
    expect(wrong).toEqual([]);
    expect(refused).toBeGreaterThan(messages / 10);
    expect(lines.filter(({ level }) => level === 'error')).toEqual([]);
    expect(Object.getOwnPropertyNames(Object.prototype)).not.toContain('polluted');
  });

  test('lets every valid input through, as its schema gives it', async () => {
    const got: unknown[] = [];
    const handlers = recording((_, input) => got.push(input));
    const inputs = validInputs[name];
    for (const input of inputs)
      expect(await answerCall(handlers, name, input, recorder().log)).toMatchObject({ ok: true });
    expect(got).toEqual(inputs.map((input) => calls[name].input.parse(input)));
  });
});

describe('a call', () => {
  const untouched = recording((name) => {
    throw new Error(`${name} was reached`);
  });

  test('with an unknown name is refused, whatever the name is', async () => {
    const random = seededRandom('names');
    const known = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', '', 'app', 'app.info ', 'APP.INFO'];
    const odd = [...known, ['app.info'], { toString: () => 'app.info' }, Symbol.iterator, 'x'.repeat(10_000_000)];
    for (const name of [...odd, ...Array.from({ length: messages }, () => hostileValue(random))]) {
      const answer = refusalSchema.parse(await answerCall(untouched, name, {}, recorder().log));
      expect(answer.error).toMatchObject({ kind: 'invalid-input', message: 'There is no such call.' });
    }
  });

  test.each([
    ['transfers.reveal', { id: 'x' }, /^id: /],
    ['transfers.pause', { ids: [1, 2, -3] }, /^ids\.2: /],
    ['connections.save', draftWith({ bucket: 'B' }), /^config\.bucket: a bucket name has 3 to 63/],
    ['connections.save', draftWith({ endpoint: 'nonsense' }), /^config\.endpoint: an endpoint is an address/],
    ['app.openFolder', { folder: 'data', more: 1 }, /"more"/],
  ] as const)('%s names the field that is wrong', async (name, input, message) => {
    const answer = await answerCall(untouched, name, input, recorder().log);
    expect(refusalSchema.parse(answer).error.message).toMatch(message);
  });

  test('that is too large, too deep, or goes in circles is refused at once', async () => {
    const circle: Record<string, unknown> = { ids: [1] };
    circle.self = circle;
    let doubled: unknown[] = [1];
    for (let level = 0; level < 60; level++) doubled = [doubled, doubled];
    let deep: unknown = 1;
    for (let level = 0; level < 100_000; level++) deep = { deep };
    const throwing = {
      get ids(): never {
        throw new Error('a getter');
      },
    };
    const many = { ids: Array.from({ length: 1_000_000 }, (_, at) => at + 1) };
    const sparse = { ids: new Array<number>(4_000_000_000) };
    for (const input of [circle, doubled, deep, throwing, many, sparse, { search: 'x'.repeat(10_000_000) }]) {
      const answer = await answerCall(untouched, 'transfers.pause', input, recorder().log);
      expect(refusalSchema.parse(answer).error.kind).toBe('invalid-input');
    }
  });

  test.each([new Date(), new Map(), new Set(), /x/, new Uint8Array(4), 1n, Symbol('s'), () => 1, new Error('x')])(
    'with %o for an empty input is refused: it is not plain data',
    async (input) => {
      const answer = await answerCall(untouched, 'app.info', input, recorder().log);
      expect(refusalSchema.parse(answer).error.message).toBe('The input is not plain data.');
    },
  );

  test('takes 10,000 ids', async () => {
    const ids = Array.from({ length: 10_000 }, (_, at) => Number.MAX_SAFE_INTEGER - at);
    const answer = await answerCall(
      recording(() => null),
      'transfers.cancel',
      { ids },
      recorder().log,
    );
    expect(answer).toEqual({ ok: true, output: null });
  });
});

describe('what a handler throws', () => {
  const secret = new Error('the whole cause, with a path /home/coach and a stack');

  test.each([secret, 'a string', null, undefined, { kind: 'offline' }])(
    'is `internal` where it is no SidelineError, and the log has it: %s',
    async (thrown) => {
      const { lines, log } = recorder();
      const failing = recording(() => {
        // eslint-disable-next-line @typescript-eslint/only-throw-error -- a handler could
        throw thrown;
      });
      const answer = refusalSchema.parse(await answerCall(failing, 'app.info', {}, log));
      expect(answer.error).toMatchObject({ kind: 'internal', name: 'INTERNAL' });
      expect(JSON.stringify(answer)).not.toContain('whole cause');
      expect(lines).toHaveLength(1);
      expect(lines[0]).toMatchObject({ level: 'error', details: { call: 'app.info' } });
      expect((lines[0]?.details as { error: SidelineError }).error.cause).toBe(thrown);
    },
  );

  test('is the reason of a SidelineError, without its cause', async () => {
    const failing = recording(() =>
      Promise.reject(new SidelineError('journal-failed', { subject: 'EROFS', cause: secret })),
    );
    const answer = refusalSchema.parse(await answerCall(failing, 'uploads.pauseAll', {}, recorder().log));
    expect(answer.error.kind).toBe('journal-failed');
    expect(answer.error.message).toContain('EROFS');
    expect(JSON.stringify(answer)).not.toContain('whole cause');
  });
});

describe('a drop', () => {
  const offer = { id: 'o', roots: [] };

  test(`answers ${messages} random and hostile messages with typed errors`, async () => {
    const random = seededRandom('drop');
    const { log } = recorder();
    for (let count = 0; count < messages; count++) {
      const paths = random.below(2) === 0 ? hostileValue(random) : mutated(random, ['/footage/a.mp4', '/footage/b']);
      const got: string[][] = [];
      const answer = await answerDrop((given) => (got.push(given), offer), paths, log);
      if (got.length === 0) refusalSchema.parse(answer);
      for (const path of got.flat()) expect(path).toMatch(/^[^]+$/);
    }
  });

  test('hands over paths, and turns a refusal of theirs into an answer', async () => {
    const { log } = recorder();
    expect(await answerDrop(() => offer, ['/a'], log)).toEqual({ ok: true, output: offer });
    const refusing = () => {
      throw new SidelineError('invalid-input', { subject: 'Not a full path: a' });
    };
    expect(await answerDrop(refusing, ['a'], log)).toMatchObject({
      ok: false,
      error: { message: 'Not a full path: a' },
    });
  });
});

describe('the channels', () => {
  type Listener = (event: { senderFrame: unknown }, ...message: unknown[]) => Promise<Answer<unknown>>;

  /** Serves, and gives the listener of each channel. */
  function serve(isTrusted: () => boolean) {
    const listeners = new Map<string, Listener>();
    const reached: string[] = [];
    serveCalls({
      ipcMain: { handle: (channel, listener) => void listeners.set(channel, listener as unknown as Listener) },
      handlers: recording((name) => reached.push(name)),
      isTrusted,
      onDrop: () => (reached.push('drop'), { id: 'o', roots: [] }),
      log: recorder().log,
    });
    const send = (channel: string, ...message: unknown[]) => listeners.get(channel)?.({ senderFrame: {} }, ...message);
    return { listeners, reached, send };
  }

  test('are two, and answer the app itself', async () => {
    const { listeners, reached, send } = serve(() => true);
    expect([...listeners.keys()]).toEqual([channels.call, channels.drop]);
    expect(await send(channels.call, 'app.info', {})).toMatchObject({ ok: true });
    expect(await send(channels.drop, ['/a'])).toMatchObject({ ok: true });
    expect(reached).toEqual(['app.info', 'drop']);
  });

  test.each([
    ['another page', () => false],
    [
      'a frame that is gone',
      () => {
        throw new Error('Render frame was disposed');
      },
    ],
  ])('refuse %s', async (_, isTrusted) => {
    const { reached, send } = serve(isTrusted);
    expect(refusalSchema.safeParse(await send(channels.call, 'app.info', {})).success).toBe(true);
    expect(refusalSchema.safeParse(await send(channels.drop, ['/a'])).success).toBe(true);
    expect(reached).toEqual([]);
  });
});

function draftWith(config: object): object {
  const [draft] = validInputs['connections.save'];
  return { ...draft, config: { ...draft.config, ...config } };
}
