/**
 * The XML of a bucket's settings as a tree that loses nothing: what is not ours goes back to the store as it came, known to us
 * or not. https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketLifecycleConfiguration.html and the like
 */
import { SidelineError } from '../../../shared/errors.ts';

export interface XmlElement {
  name: string;
  /** as they were written, with the space before them */
  attributes: string;
  children: XmlElement[];
  /** of an element without children */
  text: string;
}

/** Settings are a few levels deep. */
const deepest = 40;

const token =
  /<\?[^]*?\?>|<!--[^]*?-->|<!\[CDATA\[([^]*?)\]\]>|<(\/?)([^\s/>"'=<!]+)((?:\s(?:[^<>"']|"[^"<]*"|'[^'<]*')*?)?)(\/?)>|([^<]+)/gy;

/** Throws `server-error` where it is no XML, or more than a setting has (a DTD, for one). */
export function readXml(source: string): XmlElement {
  const document = element('');
  const open = [document];
  let at = 0;
  for (const match of source.matchAll(token)) {
    const [whole, data, end, name, attributes = '', empty, text] = match;
    at = match.index + whole.length;
    const inside = open.at(-1) ?? document;
    if (text !== undefined) inside.text += unescape(text);
    else if (data !== undefined) inside.text += data;
    else if (name === undefined) continue;
    else if (end === '/') {
      if (inside.name !== name || open.length === 1) throw noXml();
      open.pop();
    } else {
      const child = element(name, attributes);
      inside.children.push(child);
      if (empty === '') open.push(child);
      if (open.length > deepest) throw noXml();
    }
  }
  const [root, ...others] = document.children;
  if (root === undefined || others.length > 0 || open.length > 1 || at !== source.length) throw noXml();
  return root;
}

function noXml(): SidelineError {
  return new SidelineError('server-error', { operation: 'connect', subject: 'an answer that is no XML' });
}

export function element(name: string, attributes = '', children: XmlElement[] = []): XmlElement {
  return { name, attributes, children, text: '' };
}

export function leaf(name: string, text: string | number): XmlElement {
  return { ...element(name), text: String(text) };
}

export function childrenOf(of: XmlElement, name: string): XmlElement[] {
  return of.children.filter((child) => child.name === name);
}

/** The first one along these names; null: there is none. */
export function find(of: XmlElement | null, ...path: readonly string[]): XmlElement | null {
  return path.reduce<XmlElement | null>((one, name) => one?.children.find((child) => child.name === name) ?? null, of);
}

/** The text of the first one along these names; null: there is none. */
export function textAt(of: XmlElement | null, ...path: readonly string[]): string | null {
  return find(of, ...path)?.text.trim() ?? null;
}

/** Puts it in the place of the first child of its name, else at the end. */
export function withChild(of: XmlElement, child: XmlElement): XmlElement {
  const at = of.children.findIndex(({ name }) => name === child.name);
  return { ...of, children: at === -1 ? [...of.children, child] : of.children.with(at, child) };
}

/** In one line: as it is sent, and compared. */
export function writeXml({ name, attributes, children, text }: XmlElement): string {
  const inner = children.length > 0 ? children.map(writeXml).join('') : escape(text);
  return `<${name}${attributes}>${inner}</${name}>`;
}

/** For people, one element in a line. */
export function prettyXml({ name, attributes, children, text }: XmlElement, indent = ''): string {
  const start = `${indent}<${name}${attributes}>`;
  if (children.length === 0) return `${start}${escape(text)}</${name}>`;
  return [start, ...children.map((child) => prettyXml(child, `${indent}  `)), `${indent}</${name}>`].join('\n');
}

/** Line ends too: a reader of XML would make all of them a newline. */
function escape(text: string): string {
  return text.replaceAll(/[&<>\r\n\t]/g, (one) => named.get(one) ?? `&#${one.charCodeAt(0)};`);
}
const named = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
]);

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function unescape(text: string): string {
  return text.replaceAll(/&(#x[0-9a-f]{1,6}|#\d{1,7}|[a-z]{2,4});/gi, (whole, name: string) => {
    if (!name.startsWith('#')) return entities[name] ?? whole;
    const code = /^#x/i.test(name) ? parseInt(name.slice(2), 16) : Number(name.slice(1));
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}
