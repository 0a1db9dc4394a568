/** Files and folders that systems and office programs leave beside a person's own: never uploaded, always reported. */
const junkNames = new Set([
  '.ds_store',
  'thumbs.db',
  'ehthumbs.db',
  'desktop.ini',
  '.spotlight-v100',
  '.trashes',
  '.fseventsd',
  '.temporaryitems',
  '$recycle.bin',
  'system volume information',
  '__macosx',
]);

export function isJunk(name: string): boolean {
  return name.startsWith('._') || name.startsWith('~$') || junkNames.has(name.toLowerCase());
}
