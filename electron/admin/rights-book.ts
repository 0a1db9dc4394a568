/** What stores have denied since the app was started, by connection: a 403 is met once, and then the window greys it out. */
import { folderOf, type Denial, type Right } from '../../shared/rights.ts';

export interface RightsBook {
  denied(connectionId: number, right: Right, key: string, message: string): void;
  /** It was just done: what was denied in that folder, or above it, is so no more. */
  allowed(connectionId: number, right: Right, key: string): void;
  of(connectionId: number): readonly Denial[];
  /** The connection was edited, tested or removed. */
  forget(connectionId: number): void;
}

export function createRightsBook(onChange: (connectionId: number) => void = () => undefined): RightsBook {
  const byConnection = new Map<number, readonly Denial[]>();
  const of = (connectionId: number) => byConnection.get(connectionId) ?? [];

  function set(connectionId: number, denials: readonly Denial[]): void {
    byConnection.set(connectionId, denials);
    onChange(connectionId);
  }

  return {
    of,
    denied(connectionId, right, key, message) {
      const folder = folderOf(key);
      const before = of(connectionId);
      if (before.some((one) => one.right === right && one.folder === folder)) return;
      set(connectionId, [...before, { right, folder, message }]);
    },
    allowed(connectionId, right, key) {
      const before = of(connectionId);
      const left = before.filter((one) => one.right !== right || !key.startsWith(one.folder));
      if (left.length < before.length) set(connectionId, left);
    },
    forget(connectionId) {
      if (byConnection.delete(connectionId)) onChange(connectionId);
    },
  };
}
