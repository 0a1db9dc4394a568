/** signs at the end of a name that stay when it is too long: its number and extension */
const tailLength = 10;

const ascii = /^[\x20-\x7e]*$/;
/** A name that runs from right to left is drawn in one piece: two of them would stand in the wrong order. */
const rightToLeft = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/;
const segmenter = new Intl.Segmenter();

/** What a person takes for one sign: a letter with its accents, an emoji that is made of several. */
function signsOf(name: string): string[] {
  return ascii.test(name) ? Array.from(name) : Array.from(segmenter.segment(name), ({ segment }) => segment);
}

/** Folder, name, and the end of the name: when there is no room the folder gives way first, then the middle of the name. */
export function nameParts(key: string): { folder: string; head: string; tail: string } {
  const slash = key.lastIndexOf('/') + 1;
  const [folder, name] = [key.slice(0, slash), key.slice(slash)];
  if (rightToLeft.test(name)) return { folder, head: name, tail: '' };
  const signs = signsOf(name);
  const cut = Math.max(0, signs.length - tailLength);
  return { folder, head: signs.slice(0, cut).join(''), tail: signs.slice(cut).join('') };
}
