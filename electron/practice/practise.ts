/**
 * The main job, end to end, with no account: a sample event goes up to the practice bucket by the terminal command, which
 * is killed half-way and resumed; then every object is compared with its file.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { formatBytes, formatCount, formatDuration, formatRate } from '../../shared/format.ts';
import { lockFolder } from '../journal/lock.ts';
import { compare, type Comparison } from './compare.ts';
import { practiceEnvironment } from './environment.ts';
import type { Narrator } from './narrator.ts';
import { startPracticeBucket, type PracticeBucket } from './practice-bucket.ts';
import { makeSampleEvent, type SampleEvent, type SampleOptions } from './sample-event.ts';

export interface PractiseOptions {
  /** All that it makes is in here; what an earlier run uploaded is removed at the start, its sample is used again. */
  folder: string;
  narrator: Narrator;
  /** what the terminal command prints: shown to the person, or not */
  output: 'inherit' | 'ignore';
  sample?: SampleOptions;
  /** What else is to be shown on the bucket once the event is there; resolves with whether it went well. */
  more?: (practice: PracticeBucket, event: SampleEvent) => Promise<boolean>;
}

const commandLine = path.join(import.meta.dirname, '..', 'cli.ts');
/** Part of all bytes that has arrived when the upload is killed. */
const killAt = 0.5;

/**
 * Resolves with whether everything is in the bucket and equal, and nothing else. Throws `journal-locked` when another
 * process practises in the same folder.
 */
export async function practise({ folder, narrator, output, sample, more }: PractiseOptions): Promise<boolean> {
  mkdirSync(folder, { recursive: true });
  const lock = lockFolder(folder, {});
  try {
    const event = await makeEvent(path.join(folder, 'sample'), narrator, sample);
    for (const name of ['bucket', 'data']) await rm(path.join(folder, name), { recursive: true, force: true });
    const practice = await startPracticeBucket({ folder: path.join(folder, 'bucket') });
    try {
      const run: Run = {
        ...{ practice, event, narrator, output, more },
        ...{ prefix: newPrefix(), dataFolder: path.join(folder, 'data') },
      };
      return await uploadTwice(run);
    } finally {
      await practice.stop();
    }
  } finally {
    lock.release();
  }
}

interface Run {
  practice: PracticeBucket;
  event: SampleEvent;
  prefix: string;
  dataFolder: string;
  narrator: Narrator;
  output: 'inherit' | 'ignore';
  more: PractiseOptions['more'];
}

async function makeEvent(folder: string, narrator: Narrator, options: SampleOptions = {}): Promise<SampleEvent> {
  const step = narrator.step('Making a sample event: photos, videos, odd names');
  const onProgress = (made: number, of: number) => step.update(`Making a sample event: ${made} of ${of} files`);
  const event = await makeSampleEvent(folder, { ...options, onProgress });
  step.done(
    `The sample event: ${formatCount(event.files, 'file', 'files')}, ${formatBytes(event.bytes)}, in ${event.folder}`,
  );
  return event;
}

/** practice/2026-06-20_103000/ */
function newPrefix(): string {
  return `practice/${new Date().toISOString().slice(0, 19).replace('T', '_').replaceAll(':', '')}/`;
}

async function uploadTwice(run: Run): Promise<boolean> {
  const { narrator, practice, event, prefix, more } = run;
  const started = performance.now();
  narrator.say(`Uploading it to the practice bucket at ${practice.endpoint}:`);
  if (!(await uploadHalf(run))) return false;
  const status = await ended(start(run, ['resume']));
  const seconds = (performance.now() - started) / 1000;
  const step = narrator.step('Reading every object back');
  const result = await compare(practice, prefix, event.folder, (compared, of) => {
    step.update(`Reading every object back: ${compared} of ${of}`);
  });
  step.done(
    `${result.equal} of ${formatCount(event.files, 'object', 'objects')} are equal to their files, byte for byte.`,
  );
  tellProblems(narrator, result, status);
  const arrived = status === 0 && result.problems.length === 0 && result.equal === event.files;
  const good = arrived && ((await more?.(practice, event)) ?? true);
  tellSummary(run, good, seconds);
  return good;
}

/** Starts the upload and kills it when half has arrived. False when it ended in failure before. */
async function uploadHalf(run: Run): Promise<boolean> {
  const { narrator, practice, event } = run;
  const upload = start(run, ['upload', event.folder, '--prefix', run.prefix]);
  const end = ended(upload);
  while (upload.exitCode === null && practice.bytesReceived() < event.bytes * killAt) await sleep(10);
  if (upload.exitCode === null) upload.kill('SIGKILL');
  const status = await end;
  // The killed process could not do it itself: show the cursor, and leave its progress bar.
  if (run.output === 'inherit' && process.stdout.isTTY) process.stdout.write('\u001b[?25h\n');
  if (status === 'killed') {
    const arrived = Math.round((practice.bytesReceived() / event.bytes) * 100);
    narrator.say(`Killed with SIGKILL when ${arrived} % had arrived. Now it goes on, as after a crash or a power cut:`);
    return true;
  }
  narrator.say(`The upload ended with ${status} before it could be killed.`);
  return status === 0;
}

function start({ practice, dataFolder, output }: Run, args: readonly string[]): ChildProcess {
  const all = [commandLine, ...args, '--data-dir', dataFolder];
  return spawn(process.execPath, all, { stdio: ['ignore', output, output], env: practiceEnvironment(practice) });
}

function ended(child: ChildProcess): Promise<number | 'killed'> {
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code) => resolve(code ?? 'killed'));
  });
}

function tellProblems(narrator: Narrator, { problems }: Comparison, status: number | 'killed'): void {
  const shown = problems.slice(0, 10);
  if (status !== 0) shown.unshift(`"resume" ended with ${status}.`);
  if (problems.length > 10) shown.push(`... and ${problems.length - 10} more.`);
  if (shown.length > 0) narrator.say(shown.join('\n'));
}

function tellSummary({ narrator, practice, event, prefix }: Run, good: boolean, seconds: number): void {
  const again = Math.max(0, practice.bytesReceived() - event.bytes);
  narrator.say(
    [
      `Uploaded      ${formatCount(event.files, 'file', 'files')}, ${formatBytes(event.bytes)} in ${formatDuration(seconds * 1000)}: ${formatRate(event.bytes / seconds)}, both starts included`,
      `Sent again    ${formatBytes(again)}, which were under way when it was killed`,
      `Skipped       ${formatCount(event.junk, 'system file', 'system files')} (.DS_Store and the like)`,
      `The objects   ${path.join(practice.folder, ...prefix.split('/'))}`,
      'Your own      npm run -s sideline -- connection add NAME --bucket BUCKET --region REGION --profile PROFILE',
      '              npm run -s sideline -- upload FOLDER',
    ].join('\n'),
  );
  narrator.end(good ? 'Everything arrived, once and unchanged.' : 'Not everything is as it should be: see above.');
}
