/** Whether anybody is there at all. */
import { SidelineError } from '../../shared/errors.ts';
import type { Agents } from './agents.ts';
import { challengeError } from './proxy-challenge.ts';
import { rawRequest } from './raw-request.ts';

/** ms */
const patience = 5000;

/**
 * Any answer will do, a refusal too: it shows that the way is open. Not asked by HEAD, which Ceph answers for `/` with a body
 * of no chunks: the next request on that socket would take it for its own answer. Throws `proxy-login` where a proxy wants to
 * know who asks, and the signal's reason.
 */
export async function answers(origin: URL, agents: Agents, signal: AbortSignal): Promise<boolean> {
  try {
    const { status, headers } = await rawRequest(
      { origin, path: '/', headers: {} },
      { method: 'GET', agents, signal, timeout: patience },
    );
    if (status === 407) throw challengeError(headers['proxy-authenticate']);
    return true;
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof SidelineError && error.kind === 'proxy-login') throw error;
    return false; // whatever it was, the next request that fails tells it in detail
  }
}
