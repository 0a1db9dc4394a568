/**
 * What stores have denied since the app was started, by connection: a 403 is met once, and then the window greys it out. Policies go
 * by prefixes: what is denied in a folder is taken to be so below it, unless it was done there; and what was done in a folder
 * before, and is then denied for a key, is denied for that key, until a second one is.
 */
import type { SettingName } from '../../shared/bucket-check.ts';
import { denialOf, folderOf, settingRights, type Denial, type Right } from '../../shared/rights.ts';

/** What the store answered to requests that need one right. */
export interface Heard {
  right: Right;
  setting?: SettingName | null | undefined;
  /** It was done with these keys, or prefixes. */
  allowed: readonly string[];
  denied: readonly { key: string; message: string }[];
}

export interface RightsBook {
  learn(connectionId: number, heard: Heard): void;
  of(connectionId: number): readonly Denial[];
  /** The connection was edited or removed, it has other credentials, or somebody wants to try again. */
  forget(connectionId: number): void;
}

interface Page {
  denials: readonly Denial[];
  /** Where what was done, the latest last: right, setting and folder. */
  done: Set<string>;
}

/** The window is sent all of them with every change. */
const mostDenials = 200;
const mostExceptions = 100;
const mostDone = 500;

export function createRightsBook(onChange: (connectionId: number) => void = () => undefined): RightsBook {
  const pages = new Map<number, Page>();

  return {
    of: (connectionId) => pages.get(connectionId)?.denials ?? [],
    learn(connectionId, heard) {
      const page = pages.get(connectionId) ?? { denials: [], done: new Set() };
      pages.set(connectionId, page);
      const before = page.denials;
      noteAllowed(page, heard);
      noteDenied(page, heard);
      if (page.denials !== before) onChange(connectionId);
    },
    forget(connectionId) {
      const had = pages.get(connectionId)?.denials.length ?? 0;
      pages.delete(connectionId);
      if (had > 0) onChange(connectionId);
    },
  };
}

/** Where a right is had or not. */
const placeOf = (right: Right, key: string) => (settingRights.has(right) ? '' : folderOf(key));
const beginning = ({ right, setting = null }: Heard) => `${right} ${setting ?? ''} `;

function noteAllowed(page: Page, heard: Heard): void {
  const { right, setting = null, allowed } = heard;
  const folders = new Set(allowed.map((key) => placeOf(right, key)));
  for (const folder of folders) {
    const name = `${beginning(heard)}${folder}`;
    page.done.delete(name);
    page.done.add(name);
  }
  for (const oldest of page.done) {
    if (page.done.size <= mostDone) break;
    page.done.delete(oldest);
  }
  if (!page.denials.some((one) => one.right === right && one.setting === setting)) return;
  const keys = new Set(allowed);
  const left = page.denials.flatMap((one) => {
    if (one.right !== right || one.setting !== setting) return [one];
    const isOver = folders.has(one.folder) || keys.has(one.folder);
    const except = isOver ? [] : exceptionsTo(one, folders);
    if (isOver) return [];
    return [except.length === 0 ? one : { ...one, except: [...one.except, ...except].slice(-mostExceptions) }];
  });
  const isSame = left.length === page.denials.length && left.every((one, at) => one === page.denials[at]);
  if (!isSame) page.denials = left;
}

/** Those of the folders that lie below a denial, and are not known to be excepted from it. */
function exceptionsTo({ folder, except }: Denial, folders: ReadonlySet<string>): string[] {
  return [...folders].filter((one) => one.startsWith(folder) && !except.some((known) => one.startsWith(known)));
}

function noteDenied(page: Page, heard: Heard): void {
  const { right, setting = null, allowed, denied } = heard;
  const mixed = new Set(allowed.map((key) => placeOf(right, key)));
  for (const { key, message } of denied) {
    if (denialOf(page.denials, right, key, setting) !== null) continue;
    const place = placeOf(right, key);
    const name = `${beginning(heard)}${place}`;
    const wasDone = page.done.has(name);
    if (!mixed.has(place)) page.done.delete(name);
    const folder = wasDone && !settingRights.has(right) ? key : place;
    const except = folder === key ? [] : doneBelow(page, beginning(heard), folder);
    page.denials = [...page.denials, { right, folder, except, setting, message }].slice(-mostDenials);
  }
}

function doneBelow({ done }: Page, before: string, folder: string): string[] {
  const below = [...done].filter((one) => one.startsWith(`${before}${folder}`)).map((one) => one.slice(before.length));
  return below.filter((one) => one !== folder).slice(-mostExceptions);
}
