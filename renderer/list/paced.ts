/** A job that is asked for more often than it is done. */
export interface Paced {
  ask: () => void;
  end: () => void;
}

/** Runs the job at once, then at most once a pause (ms); the last asking is never lost. */
export function paced(job: () => void, pause: number): Paced {
  let timer: ReturnType<typeof setTimeout> | null = null;
  let again = false;
  const run = () => {
    job();
    timer = setTimeout(() => {
      timer = null;
      if (!again) return;
      again = false;
      run();
    }, pause);
  };
  return {
    ask: () => {
      if (timer === null) run();
      else again = true;
    },
    end: () => {
      if (timer !== null) clearTimeout(timer);
    },
  };
}
