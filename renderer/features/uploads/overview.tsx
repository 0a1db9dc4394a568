import { BrushCleaning, Pause, Play, RotateCcw } from 'lucide-react';
import { useEffect } from 'react';
import type { Progress } from '../../../shared/ipc.ts';
import { uploads } from '../../../shared/strings/uploads.ts';
import { perform } from '../../app/commands.ts';
import { Button, Note, ProgressBar } from '../../components/index.ts';
import { announce } from '../../stores/announcer.ts';
import { useProgress } from '../../stores/progress.ts';
import { ThroughputGraph } from './throughput-graph.tsx';
import { activityWords, countOf, isFinished, percentWords, shareOf, timeLeftWords, wantedFiles } from './words.ts';

const words = uploads.overview;

/** What all uploads do together, and the commands for all of them. */
export function Overview() {
  const progress = useProgress((state) => state.progress);
  const activity = progress === null ? '' : activityWords(progress);
  useEffect(() => announce(activity), [activity]);
  if (progress === null) return null;
  const share = shareOf(progress.arrivedBytes, progress.wantedBytes);
  // What failed is no part of the share: that all else has arrived must not look as if everything had.
  const isOver = progress.activity === 'idle' || (share ?? 0) >= 1;
  const incomplete = isOver && progress.totals.failed.files > 0;
  const still = incomplete || ['paused', 'offline', 'held', 'stopped'].includes(progress.activity);
  return (
    <section className="overview card" aria-label={words.title}>
      <div className="overview-main">
        <div className="overview-head">
          <h2 data-activity={progress.activity}>{activity}</h2>
          {share !== null && !incomplete && <span className="overview-percent">{percentWords(share)}</span>}
        </div>
        <ProgressBar
          label={words.progress}
          value={progress.activity === 'scanning' && share === null ? null : (share ?? 0)}
          tone={still ? 'quiet' : 'accent'}
        />
        <Facts progress={progress} />
      </div>
      {progress.activity !== 'idle' && <ThroughputGraph />}
      <Commands progress={progress} />
      {progress.stopped !== null && (
        <div className="overview-note">
          <Note tone="danger" role="alert">
            {progress.stopped.message}
          </Note>
        </div>
      )}
    </section>
  );
}

function Facts({ progress }: { progress: Progress }) {
  const { totals, arrivedBytes, wantedBytes } = progress;
  const waiting = countOf(totals, 'waiting');
  const skipped = countOf(totals, 'skipped');
  const failed = countOf(totals, 'failed');
  const facts = [
    arrivedBytes < wantedBytes ? words.arrived(arrivedBytes, wantedBytes) : words.arrivedAll(arrivedBytes),
    words.counts(totals.done.files, wantedFiles(totals)),
    timeLeftWords(progress.activity === 'uploading' ? progress.timeLeft : null),
    waiting > 0 && progress.activity !== 'paused' ? words.waiting(waiting) : null,
    skipped > 0 ? words.skipped(skipped) : null,
  ].filter((fact) => fact !== null);
  return (
    <ul className="facts">
      {facts.map((fact) => (
        <li key={fact}>{fact}</li>
      ))}
      {failed > 0 && <li className="danger-text">{words.failed(failed)}</li>}
    </ul>
  );
}

function Commands({ progress }: { progress: Progress }) {
  const paused = countOf(progress.totals, 'waiting') > 0 && countOf(progress.totals, 'active') === 0;
  const open = countOf(progress.totals, 'active') + countOf(progress.totals, 'waiting') > 0;
  return (
    <div className="overview-commands">
      {open && (progress.activity === 'paused' || (paused && progress.activity === 'idle')) && (
        <Button icon={Play} variant="primary" onPress={perform['resume-all']}>
          {words.resumeAll}
        </Button>
      )}
      {open && progress.activity !== 'paused' && !(paused && progress.activity === 'idle') && (
        <Button icon={Pause} onPress={perform['pause-all']}>
          {words.pauseAll}
        </Button>
      )}
      {progress.totals.failed.files > 0 && (
        <Button icon={RotateCcw} onPress={perform['retry-failed']}>
          {words.retryFailed}
        </Button>
      )}
      {progress.batches.some(isFinished) && (
        <Button icon={BrushCleaning} onPress={perform['clear-finished']}>
          {words.clearFinished}
        </Button>
      )}
    </div>
  );
}
