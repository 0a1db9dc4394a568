/**
 * The one way in which bytes leave: PUT to a signed URL, or POST of a form that a backend handed out. The signature covers the
 * request and not its body (UNSIGNED-PAYLOAD); the body's checksum travels as a header, and what is sent is a buffer that was
 * read before.
 */
import type { Way } from '../../storage/agents.ts';
import type { S3Answer } from '../../storage/s3-errors.ts';
import { putByAgent } from './put-by-agent.ts';
import { putOnSocket } from './put-on-socket.ts';
import type { Put } from './send-body.ts';

/**
 * Resolves with whatever the store answers, errors of its own included. Rejects with `stalled` when the line stands still,
 * with the signal's reason when it was aborted, and with the system's own error when the connection breaks.
 */
export function put(one: Put, { sockets, agent }: Way): Promise<S3Answer> {
  return sockets === null ? putByAgent(one, agent) : putOnSocket(one, sockets);
}
