/** What may come over the border at all, before any schema looks at it: plain data of a sensible size. */

export interface Bounds {
  /** objects in objects */
  depth: number;
  /** values altogether: properties and items */
  values: number;
  /** UTF-16 units of all strings and keys together */
  text: number;
}

interface Step {
  value: unknown;
  depth: number;
}

export type Beyond = 'not-plain' | 'too-deep' | 'too-many' | 'too-long';

/**
 * Why `root` is not plain data within `bounds`; null when it is. Walks no further than the bounds, so that circles,
 * shared branches and endless lists end too. Throws what a getter of `root` throws.
 */
export function beyondBounds(root: unknown, bounds: Bounds): Beyond | null {
  const open: Step[] = [{ value: root, depth: 0 }];
  let values = 0;
  let text = 0;
  for (let step = open.pop(); step !== undefined; step = open.pop()) {
    const { value, depth } = step;
    values += 1;
    if (typeof value === 'string') text += value.length;
    if (!isPlain(value)) return 'not-plain';
    if (depth > bounds.depth) return 'too-deep';
    if (typeof value === 'object' && value !== null) {
      const keys = Object.keys(value);
      if (values + open.length + keys.length > bounds.values) return 'too-many';
      for (const key of keys) {
        if (!Array.isArray(value)) text += key.length;
        open.push({ value: (value as Record<string, unknown>)[key], depth: depth + 1 });
      }
    }
    if (text > bounds.text) return 'too-long';
  }
  return null;
}

/** JSON's values, and `undefined` in their place: no Date, Map, bigint, function or typed array. */
function isPlain(value: unknown): boolean {
  if (typeof value === 'object' && value !== null) {
    const prototype: unknown = Object.getPrototypeOf(value);
    return (
      prototype === Object.prototype || prototype === null || (prototype === Array.prototype && Array.isArray(value))
    );
  }
  return value === null || ['string', 'number', 'boolean', 'undefined'].includes(typeof value);
}
