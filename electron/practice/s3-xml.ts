/** What S3 says in XML, and the little that it is told in XML. */
import { STATUS_CODES } from 'node:http';

/** An answer of S3 that is a refusal. https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html */
export class S3Refusal extends Error {
  readonly code: string;
  readonly status: number;

  constructor(status: number, code: string, message = STATUS_CODES[status] ?? code) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

export type XmlContent = string | number | boolean | readonly Xml[];
/** An element: its name and what is in it. */
export type Xml = readonly [name: string, content: XmlContent];

const namespace = 'http://s3.amazonaws.com/doc/2006-03-01/';

/** A document of S3; errors have no namespace. */
export function document(root: string, content: readonly Xml[]): string {
  const attribute = root === 'Error' ? '' : ` xmlns="${namespace}"`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${root}${attribute}>${content.map(element).join('')}</${root}>`;
}

function element([name, content]: Xml): string {
  const inside = Array.isArray(content) ? content.map(element).join('') : escape(String(content));
  return `<${name}>${inside}</${name}>`;
}

/** Line ends too: a reader of XML would make all of them a newline. */
function escape(text: string): string {
  return text.replaceAll(/[&<>"\r\n\t]/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** The texts of all elements of this name, in order. Enough for the flat lists of CompleteMultipartUpload and DeleteObjects. */
export function textsOf(xml: string, name: string): string[] {
  return [...xml.matchAll(new RegExp(`<${name}>([^<]*)</${name}>`, 'g'))].map(([, text = '']) => unescape(text));
}

const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function unescape(text: string): string {
  return text.replaceAll(/&(#x?[0-9a-f]+|[a-z]+);/gi, (whole, name: string) => {
    if (!name.startsWith('#')) return entities[name] ?? whole;
    const code = /^#x/i.test(name) ? parseInt(name.slice(2), 16) : parseInt(name.slice(1), 10);
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}
