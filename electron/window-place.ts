/** Where the window was, kept in window.json of the data folder. */
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';

/** factors of the zoom that the menu goes through */
export const zooms = [1, 1.1, 1.25, 1.5, 1.75, 2] as const;

/** Device-independent pixels; the smallest window in which every view works. */
export const smallest = { width: 780, height: 560 } as const;

const rectangleSchema = z.object({
  x: z.int(),
  y: z.int(),
  width: z.int().min(1).max(100_000),
  height: z.int().min(1).max(100_000),
});
export type Rectangle = z.infer<typeof rectangleSchema>;

const placeSchema = z.object({
  /** what it has when it is not maximised; null: never placed */
  bounds: rectangleSchema.nullable().catch(null),
  maximised: z.boolean().catch(false),
  zoom: z.number().min(1).max(2).catch(1),
});
export type WindowPlace = z.infer<typeof placeSchema>;

const nowhere: WindowPlace = { bounds: null, maximised: false, zoom: 1 };
const wanted = { width: 1180, height: 760 };
/** So much of the title bar has to be on a screen that a hand can take it. Pixels. */
const grip = { width: 120, height: 32 };

/** Never throws: without a file that can be read, the window is where a new one would be. */
export function loadPlace(folder: string): WindowPlace {
  try {
    return placeSchema.parse(JSON.parse(readFileSync(fileIn(folder), 'utf8')));
  } catch {
    return nowhere; // the first start, or a damaged file: neither is worth a word
  }
}

/** At once, because it is called while the app quits. Throws what the file system throws. */
export function savePlace(folder: string, place: WindowPlace): void {
  const temporary = `${fileIn(folder)}.new`;
  writeFileSync(temporary, `${JSON.stringify(place)}\n`, { mode: 0o600 });
  renameSync(temporary, fileIn(folder));
}

/**
 * Bounds for a window that was at `bounds`, on the work areas that there are now (the primary one first): the same where its
 * title bar can be reached, else in the middle of the primary one; never larger than the work area that it is on.
 */
export function fitBounds(bounds: Rectangle | null, areas: readonly Rectangle[]): Rectangle {
  const [primary] = areas;
  if (primary === undefined) return bounds ?? { x: 0, y: 0, ...wanted };
  const area = bounds === null ? undefined : areas.find((one) => isReachable(bounds, one));
  if (bounds === null || area === undefined) return centred(bounds ?? { ...primary, ...wanted }, primary);
  return { ...bounds, ...sizeIn(bounds, area) };
}

/** The next larger (1) or smaller (-1) zoom; the same at the ends. */
export function nextZoom(zoom: number, step: 1 | -1): number {
  const ahead = step === 1 ? zooms.filter((one) => one > zoom + 0.01) : zooms.filter((one) => one < zoom - 0.01);
  return (step === 1 ? ahead[0] : ahead.at(-1)) ?? zoom;
}

/** Its title bar begins on the area, with enough of it to take hold of. */
function isReachable(bounds: Rectangle, area: Rectangle): boolean {
  const left = Math.max(bounds.x, area.x);
  const right = Math.min(bounds.x + bounds.width, area.x + area.width);
  const top = bounds.y >= area.y - grip.height / 4 && bounds.y + grip.height <= area.y + area.height;
  return top && right - left >= Math.min(grip.width, bounds.width);
}

function centred(bounds: Rectangle, area: Rectangle): Rectangle {
  const { width, height } = sizeIn(bounds, area);
  return {
    x: Math.round(area.x + (area.width - width) / 2),
    y: Math.round(area.y + (area.height - height) / 2),
    width,
    height,
  };
}

/** The smallest size wins over a screen that is smaller still. */
function sizeIn({ width, height }: Rectangle, area: Rectangle): { width: number; height: number } {
  return {
    width: Math.max(smallest.width, Math.min(width, area.width)),
    height: Math.max(smallest.height, Math.min(height, area.height)),
  };
}

function fileIn(folder: string): string {
  return path.join(folder, 'window.json');
}
