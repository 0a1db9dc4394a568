/**
 * What the tasks of a page cost the processor, by Chromium's own trace: where other programs want it too, a task's time on the
 * clock holds their turns as well. Runs in the main process.
 */
import { readFile, rm } from 'node:fs/promises';
import { contentTracing } from 'electron';

const task = 'ThreadControllerImpl::RunTask';
/** as the Long Tasks API has it. ms */
const long = 50;

/** `pid`: of the page's process */
export async function beginTrace(pid) {
  await contentTracing.startRecording({
    included_categories: ['toplevel'],
    excluded_categories: ['*'],
    included_process_ids: [pid],
  });
}

/** Each task of the page's main thread that took more than 50 ms of processor time, in ms. Throws where the trace has no tasks. */
export async function endTrace(pid) {
  const file = await contentTracing.stopRecording();
  try {
    const { traceEvents } = JSON.parse(await readFile(file, 'utf8'));
    const events = traceEvents.filter((event) => event.pid === pid);
    const isMain = ({ name, args }) => name === 'thread_name' && args.name === 'CrRendererMain';
    const thread = events.find(isMain)?.tid;
    const tasks = events.filter(({ name, tid, tdur }) => name === task && tid === thread && tdur !== undefined);
    if (tasks.length === 0) throw new Error('the trace has no tasks of the page');
    return tasks.map(({ tdur }) => tdur / 1000).filter((ms) => ms > long);
  } finally {
    await rm(file, { force: true });
  }
}
