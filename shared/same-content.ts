/** The sentence of the reason `same-content`, and what it names: apart from errors.ts, whose words the window has no need of. */
import type { Reason } from './errors.ts';

const sentence = 'The same content was sent to this destination before, and is still there';

/** `key`: where it is; empty: it is not known. */
export function sameContentWords(key: string): string {
  return `${sentence}${key === '' ? '' : `: ${key}`}.`;
}

/** Where the content is already; null: the reason is of another kind, or does not say. */
export function keyOfSame({ kind, message }: Reason): string | null {
  const start = `${sentence}: `;
  return kind === 'same-content' && message.startsWith(start) ? message.slice(start.length, -1) : null;
}
