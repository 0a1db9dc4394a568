/** Draws the icons of electron/assets: run `node scripts/run.mjs scripts/draw-icons.ts` after changing the mark, and commit them. */
import path from 'node:path';
import sharp from 'sharp';

const folder = path.join(path.dirname(import.meta.dirname), 'electron', 'assets');

/** An arrow that rises from a line, on a grid of 64: the footage leaves the sideline. */
function mark(colour: string): string {
  return `<g fill="none" stroke="${colour}" stroke-width="7" stroke-linecap="round" stroke-linejoin="round">
    <path d="M32 42 V14 M19.5 26 L32 13.5 L44.5 26"/><path d="M13 52.5 H51"/></g>`;
}

const svg = (content: string) => `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64">${content}</svg>`;

/** The app: the mark in white on the green of the accent, with the margin that docks and launchers expect. */
const appIcon = svg(`<defs><linearGradient id="ground" x1="0" y1="0" x2="0" y2="1">
    <stop offset="0" stop-color="#128a60"/><stop offset="1" stop-color="#085238"/></linearGradient></defs>
  <rect x="5" y="5" width="54" height="54" rx="13" fill="url(#ground)"/>
  <g transform="translate(32 32) scale(0.72) translate(-32 -33)">${mark('#ffffff')}</g>`);

/** For trays of any colour: the same without the margin, and heavier. */
const trayIcon = svg(`<rect width="64" height="64" rx="15" fill="#0b6a49"/>
  <g transform="translate(32 32) scale(0.86) translate(-32 -33)">${mark('#ffffff')}</g>`);

/** macOS colours it: only its shape counts. */
const templateIcon = svg(mark('#000000'));

/** Over the taskbar's icon: something failed. */
const failedIcon = svg(`<circle cx="32" cy="32" r="31" fill="#b3261e"/>
  <path d="M32 15 V35" stroke="#ffffff" stroke-width="9" stroke-linecap="round"/><circle cx="32" cy="48.5" r="5.5" fill="#ffffff"/>`);

/** Pixels of each file's edge. */
const files: [name: string, image: string, size: number][] = [
  ['icon.png', appIcon, 512],
  ['icon@2x.png', appIcon, 1024],
  ['tray.png', trayIcon, 22],
  ['tray@2x.png', trayIcon, 44],
  ['trayTemplate.png', templateIcon, 18],
  ['trayTemplate@2x.png', templateIcon, 36],
  ['failed.png', failedIcon, 16],
  ['failed@2x.png', failedIcon, 32],
];

for (const [name, image, size] of files) {
  const density = (72 * size) / 64;
  await sharp(Buffer.from(image), { density: Math.max(density, 72) })
    .resize(size, size)
    .png({ compressionLevel: 9 })
    .toFile(path.join(folder, name));
}
