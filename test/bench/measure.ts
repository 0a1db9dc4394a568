/** Runs a program to its end and says what it took: time, CPU and memory of it and all that it starts. */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

export interface Command {
  program: string;
  args: readonly string[];
  env: Record<string, string | undefined>;
}

export interface Measured {
  /** from start to exit */
  seconds: number;
  /** user and system */
  cpuSeconds: number;
  /** from the first to the last thing it did for the upload, where it says that itself: no start of a runtime, no imports */
  work: number | null;
  /** the most memory that was resident; null where the system has no /proc. bytes */
  peak: number | null;
}

const hasProc = existsSync('/proc/self/status');
/** High-water marks only grow: what is missed is what grew since the last look. ms */
const lookEvery = 50;

/** Rejects with the end of what the program said when it fails. Needs bash, whose `time` knows the CPU of the dead. */
export async function measure({ program, args, env }: Command): Promise<Measured> {
  const timed = 'TIMEFORMAT="%R %U %S"; time "$@" 2>&1';
  const child = spawn('bash', ['-c', timed, 'bash', program, ...args], { env: { ...env, LC_ALL: 'C' } }); // C: a point in numbers

  const peaks = new Map<number, number>();
  const timer = setInterval(() => look(child.pid ?? 0, peaks), lookEvery);
  let said = '';
  let times = '';
  child.stdout.on('data', (text: Buffer) => (said = (said + text.toString()).slice(-2000)));
  child.stderr.on('data', (text: Buffer) => (times += text.toString()));
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.on('error', reject).on('close', resolve);
    });
    if (code !== 0) throw new Error(`${program} ended with ${String(code)}: ${said}${times}`);
  } finally {
    clearInterval(timer);
  }
  const [seconds = NaN, user = NaN, system = NaN] = times.trim().split(/\s+/).map(Number);
  const peak = [...peaks.values()].reduce((sum, bytes) => sum + bytes, 0);
  const [, work] = /^work (\S+)$/m.exec(said) ?? [];
  return {
    seconds,
    cpuSeconds: user + system,
    work: work === undefined ? null : Number(work),
    peak: hasProc ? peak : null,
  };
}

/** Notes the high-water marks of all descendants of the shell. */
function look(shell: number, peaks: Map<number, number>): void {
  if (!hasProc) return;
  const todo = childrenOf(shell);
  for (let pid = todo.pop(); pid !== undefined; pid = todo.pop()) {
    const [, kib] = /^VmHWM:\s+(\d+)/m.exec(read(`/proc/${pid}/status`)) ?? [];
    if (kib !== undefined) peaks.set(pid, Number(kib) * 1024);
    todo.push(...childrenOf(pid));
  }
}

function childrenOf(pid: number): number[] {
  return read(`/proc/${pid}/task/${pid}/children`).split(' ').filter(Boolean).map(Number);
}

/** Empty when the process has ended meanwhile. */
function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
