/**
 * Draws the photo by which the form of a destination shows what its rules do, where no other is chosen: run
 * `node scripts/run.mjs scripts/draw-sample-photo.ts` after changing how sample photos are drawn, and commit it.
 */
import path from 'node:path';
import { drawScenes, takePhoto } from '../electron/practice/sample-photo.ts';

const file = path.join(path.dirname(import.meta.dirname), 'electron', 'assets', 'sample-photo.jpg');

/** Held upright, with a place and a serial number: what preparing it changes can be seen. */
const camera = { make: 'Sample', model: 'Sideline', serial: '4711' };
await takePhoto(
  await drawScenes(),
  { seed: 'the sample of destinations', orientation: 6, camera, takenAt: '2026:06:20 10:15:23' },
  file,
);
