/** Who says two things of one key within moments may say them in the wrong order: a copy that came, the deletion before it. */

/** ms */
const moments = 10_000;
const mostKept = 20_000;

/** Notes that something is said of a key; true: something was said of it a moment ago. */
export function createContest(now: () => number = () => performance.now()): (key: string) => boolean {
  /** when; the latest last */
  const said = new Map<string, number>();

  function forgetOld(time: number): void {
    for (const [key, at] of said) {
      if (time - at < moments && said.size <= mostKept) return;
      said.delete(key);
    }
  }

  return (key) => {
    const time = now();
    forgetOld(time);
    const isContested = said.delete(key);
    said.set(key, time);
    return isContested;
  };
}
