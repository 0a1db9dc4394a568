/**
 * The one way in which bytes leave: PUT to a signed URL, or POST of a form that a backend handed out. The signature covers the
 * request and not its body (UNSIGNED-PAYLOAD); the body's checksum travels as a header, and what is sent is a buffer that was
 * read before.
 */
import type { Way } from '../../storage/agents.ts';
import type { S3Answer } from '../../storage/s3-errors.ts';
import { Stop } from '../stop.ts';
import { putByAgent } from './put-by-agent.ts';
import { putOnSocket } from './put-on-socket.ts';
import type { Put } from './send-body.ts';

const over = Symbol('nobody waits for it any more');

/** ms */
const answerWithin = 3000;

/**
 * Resolves with whatever the store answers, errors of its own included. Rejects with `stalled` when the line stands still,
 * with the signal's reason when it was aborted, and with the system's own error when the connection breaks. What has left whole
 * when it is told to stop has a moment for its answer: it would be sent again for nothing, or be there twice at a backend.
 */
export async function put(asked: Omit<Put, 'onLeft'>, { sockets, agent }: Way): Promise<S3Answer> {
  const abort = new AbortController();
  let left = false;
  let patience: NodeJS.Timeout | undefined;
  const giveUp = () => abort.abort(asked.signal.reason);
  const follow = () => {
    // A PUT whose place was given up is sent again at once: the computer slept, and nobody will answer on this socket.
    const waits = asked.signal.reason instanceof Stop || asked.method === 'POST';
    if (left && waits) patience = setTimeout(giveUp, answerWithin);
    else giveUp();
  };
  asked.signal.throwIfAborted();
  asked.signal.addEventListener('abort', follow, { once: true });
  const one: Put = { ...asked, signal: abort.signal, onLeft: () => (left = true) };
  try {
    return await (sockets === null ? putByAgent(one, agent) : putOnSocket(one, sockets));
  } finally {
    asked.signal.removeEventListener('abort', follow);
    clearTimeout(patience);
    abort.abort(over); // what was refused, or broke off, may still wait for its share of the bandwidth
  }
}
