/** letters at the end of a name that stay when it is too long: its number and extension */
const tailLength = 10;

/** Folder, name, and the end of the name: when there is no room the folder gives way first, then the middle of the name. */
export function nameParts(key: string): { folder: string; head: string; tail: string } {
  const slash = key.lastIndexOf('/') + 1;
  const name = Array.from(key.slice(slash));
  const cut = Math.max(0, name.length - tailLength);
  return { folder: key.slice(0, slash), head: name.slice(0, cut).join(''), tail: name.slice(cut).join('') };
}
