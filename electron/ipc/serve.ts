/** The border between the window and the main process: who may call, what a call is, and what is answered to anything else. */
import type { IpcMain, WebFrameMain } from 'electron';
import type { Logger } from 'pino';
import type { z } from 'zod';
import { SidelineError, asSidelineError, reasonOf } from '../../shared/errors.ts';
import { calls, channels, dropSchema, type Answer, type CallName, type Offer } from '../../shared/ipc.ts';
import { shell } from '../../shared/strings/shell.ts';
import { beyondBounds, type Beyond, type Bounds } from './bounds.ts';
import type { Handlers } from './handlers.ts';

type Log = Pick<Logger, 'warn' | 'error'>;

export interface ServeDeps {
  ipcMain: Pick<IpcMain, 'handle'>;
  handlers: Handlers;
  /** Whether a frame is the app's own page, in its own window: see `trusts` in window.ts. */
  isTrusted(frame: WebFrameMain | null): boolean;
  /** Absolute paths of a real drop; what it throws becomes a typed error. */
  onDrop(paths: string[]): Offer;
  log: Log;
}

/** The largest sensible call: 10,000 ids. */
const callBounds: Bounds = { depth: 8, values: 20_000, text: 1_000_000 };
/** 10,000 paths, few of them near the longest that a system has. */
const dropBounds: Bounds = { depth: 1, values: 10_001, text: 20_000_000 };

/** characters: a refusal quotes what it was sent */
const longestMessage = 300;

/** Answers the window from now on: one handler for all calls, one for drops. Once per process. */
export function serveCalls({ ipcMain, handlers, isTrusted, onDrop, log }: ServeDeps): void {
  const guarded = (frame: WebFrameMain | null, work: () => Promise<Answer<unknown>>) =>
    answering(log, 'a message', async () => {
      if (isTrusted(frame)) return await work();
      log.warn('a message from a page that is not the app was refused');
      return refusal(shell.border.sender);
    });
  ipcMain.handle(channels.call, (event, name: unknown, input: unknown) =>
    guarded(event.senderFrame, () => answerCall(handlers, name, input, log)),
  );
  ipcMain.handle(channels.drop, (event, paths: unknown) =>
    guarded(event.senderFrame, () => answerDrop(onDrop, paths, log)),
  );
}

/**
 * Whatever is sent, it resolves with an `Answer`, and a handler sees only what its schema has parsed. An error that is not a
 * SidelineError is `internal`, and the log has all of it.
 */
export function answerCall(handlers: Handlers, name: unknown, input: unknown, log: Log): Promise<Answer<unknown>> {
  if (!isCallName(name)) return Promise.resolve(refusal(shell.border.unknown));
  return answering(log, name, async () => {
    const parsed = parse(calls[name].input, input, callBounds);
    // The schema of this name made it, but TypeScript cannot pair the two unions.
    const handler = handlers[name] as (input: unknown) => unknown;
    return { ok: true, output: await handler(parsed) };
  });
}

/** As `answerCall`, of the paths that the preload script has from a drop. */
export function answerDrop(onDrop: ServeDeps['onDrop'], paths: unknown, log: Log): Promise<Answer<unknown>> {
  return answering(log, 'drop', () =>
    Promise.resolve({ ok: true, output: onDrop(parse(dropSchema, paths, dropBounds)) }),
  );
}

/** An own property: `constructor` and `__proto__` are no calls. */
function isCallName(name: unknown): name is CallName {
  return typeof name === 'string' && Object.hasOwn(calls, name);
}

async function answering(log: Log, call: string, work: () => Promise<Answer<unknown>>): Promise<Answer<unknown>> {
  try {
    return await work();
  } catch (thrown) {
    const error = asSidelineError(thrown);
    if (error.kind === 'internal') log.error({ call, error }, 'a call failed');
    else log.warn({ call, kind: error.kind, error: error.cause }, error.message);
    return { ok: false, error: reasonOf(error) };
  }
}

function refusal(subject: string): Answer<never> {
  return { ok: false, error: reasonOf(invalid(subject)) };
}

function invalid(text: string): SidelineError {
  const subject = text.length > longestMessage ? `${text.slice(0, longestMessage)}…` : text;
  return new SidelineError('invalid-input', { subject });
}

/** Throws `invalid-input` that names the field. */
function parse<Schema extends z.ZodType>(schema: Schema, input: unknown, bounds: Bounds): z.output<Schema> {
  const beyond = boundsOf(input, bounds);
  if (beyond !== null) throw invalid(shell.border[beyond]);
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  throw invalid(issueText(result.error.issues));
}

/** What cannot even be read (a getter that throws) is no plain data. */
function boundsOf(input: unknown, bounds: Bounds): Beyond | null {
  try {
    return beyondBounds(input, bounds);
  } catch {
    return 'not-plain';
  }
}

/** The first issue, with its field. Of a union, the branch that fits best: the one with the fewest issues. */
function issueText(issues: readonly z.core.$ZodIssue[], parents: readonly PropertyKey[] = []): string {
  const [issue] = issues;
  if (issue === undefined) return '';
  const path = [...parents, ...issue.path];
  const [closest] = issue.code === 'invalid_union' ? issue.errors.toSorted((a, b) => a.length - b.length) : [];
  if (closest !== undefined && closest.length > 0) return issueText(closest, path);
  return path.length === 0 ? issue.message : `${path.map(String).join('.')}: ${issue.message}`;
}
