/**
 * Uploads a folder with the engine, as any host of it does, and measures its own process: node measured-upload.ts FOLDER
 * DATA_FOLDER, the connection by the environment. Prints one line of JSON.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { unfinishedStates } from '../../electron/engine/transfer-state.ts';
import { openSession } from '../../electron/session.ts';
import { chooseConnection } from '../../electron/terminal/choose-connection.ts';

const [folder = '', dataFolder = ''] = process.argv.slice(2);
const session = openSession({ folder: dataFolder, env: process.env });
const connection = chooseConnection(session.journal, undefined, process.env);
const engine = session.engine();

// Node's own measure, in ms: how much later than due a timer comes.
const delay = monitorEventLoopDelay({ resolution: 1 });
delay.enable();
function delayP99(): number {
  const ms = delay.percentile(99) / 1e6;
  delay.reset();
  return ms;
}

const scanStarted = performance.now();
const batch = await engine.addBatch({ connectionId: connection.id, prefix: '', roots: [folder] });
const scanSeconds = (performance.now() - scanStarted) / 1000;
const scanDelay = delayP99();
const { planned } = session.journal.totals(batch.id);

const uploadStarted = performance.now();
await engine.start([batch]);
while (unfinishedStates.some((state) => engine.snapshot().totals[state].files > 0)) await sleep(100);
const uploadSeconds = (performance.now() - uploadStarted) / 1000;
const uploadDelay = delayP99();
const { done } = session.journal.totals(batch.id);
await engine.close();
session.close();

const peak = process.resourceUsage().maxRSS * 1024; // bytes
console.log(
  JSON.stringify({
    planned: planned.files,
    done: done.files,
    scanSeconds,
    scanDelay,
    uploadSeconds,
    uploadDelay,
    peak,
  }),
);
