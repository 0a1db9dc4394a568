/** The bounds that the window promises, at the pace of the machine; `npm run bench -- --only window` prints the figures. */
import { expect, it } from 'vitest';
import { measureLargeBatch } from './large-batch.ts';
import { measureFirstPaints } from './first-paint.ts';
import { measureLargeFolder } from './large-folder.ts';
import { median } from '../../bench/report.ts';
import { atThisPace } from '../../pace.ts';
import { describeWindow } from '../describe-window.ts';

// Another program on the machine may slow one run down, not three.
describeWindow('the window is quick', { timeout: 300_000, retry: 2 }, () => {
  it('is drawn and can be used within 1.5 s', async () => {
    const { measured: paints, slow } = await atThisPace(() => measureFirstPaints(3));
    console.log(`first usable paint: ${paints.join(', ')} ms`);
    expect(median(paints)).toBeLessThan(1500 * slow);
  });

  it('stays free with 100,000 files: the main process, the messages, the list', async () => {
    const { measured: batch, slow } = await atThisPace(() => measureLargeBatch(100_000));
    console.log('large batch:', batch);
    for (const ms of Object.values(batch.delay)) expect(ms).toBeLessThan(25 * slow);
    expect(batch.messages).toBeLessThanOrEqual(10);
    expect(tooLong(batch.longTasks.atRest, slow)).toEqual([]);
    expect(tooLong(batch.longTasks.ownUploading, slow)).toEqual([]);
  });

  it('stays free with 100,000 objects in a folder of a bucket', async () => {
    const { measured: folder, slow } = await atThisPace(() => measureLargeFolder(100_000));
    console.log('large folder:', folder);
    expect(tooLong(folder.longTasks.loading, slow)).toEqual([]);
    expect(tooLong(folder.longTasks.list, slow)).toEqual([]);
    expect(tooLong(folder.longTasks.grid, slow)).toEqual([]);
  });
});

/** Of tasks over 50 ms. */
function tooLong(tasks: readonly number[], slow: number): number[] {
  return tasks.filter((ms) => ms > 50 * slow);
}
