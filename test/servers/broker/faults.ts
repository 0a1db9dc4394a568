/** The switches that make a backend bad: plain data, each for some calls and so many times. */

export interface Scope {
  /** `*` stands for anything. All paths when left out, but those of signing in. */
  path?: string;
  method?: string;
  /** calls that go well first */
  after?: number;
  /** calls that it falls on; when left out, all from then on (of `unauthorized`, one) */
  times?: number;
}

export type Fault = Scope &
  (
    | {
        kind: 'slow';
        /** from the work done to the answer */
        ms: number;
      }
    | {
        kind: 'status';
        status: number;
        /** before or after the work was done; before when left out */
        when?: 'before' | 'after';
      }
    | {
        /** All tokens so far are void from this call on: only a new sign-in helps, or a refresh. */
        kind: 'unauthorized';
        /** tokens for refreshing are void too */
        refreshToo?: boolean;
      }
    | {
        /** of URLs and forms that the backend hands out */
        kind: 'expired-url';
        /** s that they are valid; they have expired already when left out */
        life?: number;
      }
    | {
        /** The work is done; the answer is status 200 and cannot be understood. */
        kind: 'wrong-shape';
        shape: 'missing-field' | 'wrong-type' | 'html' | 'empty';
        /** of the answer; its first when left out */
        field?: string;
      }
    | { kind: 'unknown-session' }
    /** the database refuses to write */
    | { kind: 'record-fails' }
    | {
        /** The connection breaks. After the work: the answer is lost, the record is written. */
        kind: 'drop';
        when: 'before' | 'after';
      }
    | {
        /** 302 before the work, to the same path there */
        kind: 'redirect';
        /** an origin */
        to: string;
      }
  );

export type FaultKind = Fault['kind'];

export interface Faults {
  /** Switches it on. The function says how many calls it has fallen on. */
  add(fault: Fault): () => number;
  clear(): void;
  /** Those that fall on a call, which is counted. */
  take(method: string, path: string): Fault[];
}

interface Switch {
  fault: Fault;
  matches(method: string, path: string): boolean;
  seen: number;
  fallen: number;
}

const signInPaths = '/api/auth/';

export function createFaults(first: readonly Fault[] = []): Faults {
  let switches: Switch[] = [];

  function add(fault: Fault): () => number {
    const one = { fault, matches: matcherOf(fault), seen: 0, fallen: 0 };
    switches.push(one);
    return () => one.fallen;
  }
  for (const fault of first) add(fault);

  return {
    add,
    clear: () => (switches = []),
    take: (method, path) => switches.filter((one) => falls(one, method, path)).map(({ fault }) => fault),
  };
}

function falls(one: Switch, method: string, path: string): boolean {
  if (!one.matches(method, path)) return false;
  const { after = 0, times = one.fault.kind === 'unauthorized' ? 1 : Infinity } = one.fault;
  one.seen++;
  if (one.seen <= after || one.fallen >= times) return false;
  one.fallen++;
  return true;
}

function matcherOf({ method: only, path: pattern }: Scope): Switch['matches'] {
  const fits = pattern === undefined ? (path: string) => !path.startsWith(signInPaths) : pathMatcher(pattern);
  return (method, path) => (only === undefined || method === only) && fits(path);
}

/** Of a path in which `*` stands for anything. */
export function pathMatcher(pattern: string): (path: string) => boolean {
  const parts = pattern.split('*').map((part) => part.replace(/[\\^$.|?+()[\]{}]/g, '\\$&'));
  const expression = new RegExp(`^${parts.join('.*')}$`);
  return (path) => expression.test(path);
}

/** The first of a kind among the faults of a call. */
export function faultOf<K extends FaultKind>(
  faults: readonly Fault[],
  kind: K,
): Extract<Fault, { kind: K }> | undefined {
  return faults.find((fault): fault is Extract<Fault, { kind: K }> => fault.kind === kind);
}
