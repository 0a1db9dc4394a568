/** That a key which a backend names is in one's own folder: the backend checks it, and so do we. */
import { SidelineError } from '../../shared/errors.ts';
import { broker as words } from '../../shared/strings/broker.ts';

export interface OwnKeys {
  /**
   * Throws `key-foreign`. `template` is what the key must begin with, such as sessions/{user_id}/{session_id}/; null: nothing is
   * asked of it but that no part of it is empty or only dots.
   */
  check(key: string, template: string | null, sessionId: string | null): Promise<void>;
}

/**
 * The user is who the token names; where it names nobody (it is no JWT), the one of the first key that was seen, to which all
 * later ones must belong. So a backend that mixes up two people is noticed, and one that is wrong from the start is not.
 */
export function createOwnKeys(user: () => Promise<string | null>): OwnKeys {
  let first: string | null = null;

  return {
    async check(key, template, sessionId) {
      const parts = key.split('/');
      if (parts.some((part) => part === '' || part === '.' || part === '..')) throw foreign(words.values.dots);
      if (template === null) return;
      const known = (await user()) ?? first;
      const found = matched(key, template, { user: known, sessionId });
      if (found === null) throw foreign(foreignWhat(key, template, known));
      first ??= found;
    },
  };
}

function foreign(subject: string): SidelineError {
  return new SidelineError('key-foreign', { subject });
}

/** The key itself tells another's name: it is not repeated. */
function foreignWhat(key: string, template: string, user: string | null): string {
  const ours = matched(key, template, { user, sessionId: null }) !== null;
  return ours ? words.values.foreignSession : words.values.foreignUser;
}

/** Whose key it is; null: it is not as the template has it. */
function matched(key: string, template: string, who: { user: string | null; sessionId: string | null }): string | null {
  const named = { user_id: who.user, session_id: who.sessionId };
  const source = template
    .split(/\{(user_id|session_id)\}/)
    .map((part, at) => {
      if (at % 2 === 0) return escaped(part);
      const value = part === 'user_id' ? named.user_id : named.session_id;
      const text = value === null ? '[^/]+' : escaped(value);
      return part === 'user_id' ? `(${text})` : text;
    })
    .join('');
  return new RegExp(`^${source}.`).exec(key)?.[1] ?? null;
}

function escaped(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}
