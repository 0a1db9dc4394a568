/**
 * A form with one file, as browsers send it (multipart/form-data, RFC 7578): what goes before the file and what after it, so
 * that the file's bytes are sent as they are read.
 */
import { randomBytes } from 'node:crypto';

export interface FormFrame {
  /** of the request */
  contentType: string;
  before: Buffer;
  after: Buffer;
}

export interface FormToFrame {
  /** in their order; the file comes after them, as S3 wants it */
  fields: Readonly<Record<string, string>>;
  fileField: string;
  fileName: string;
  /** media type of the file */
  type: string;
}

/** The boundary is random enough that no file and no field has it in it. */
export function frameForm(form: FormToFrame, boundary = `sideline-${randomBytes(24).toString('hex')}`): FormFrame {
  const { fields, fileField, fileName, type } = form;
  const texts = Object.entries(fields).map(
    ([name, text]) =>
      `--${boundary}\r\nContent-Disposition: form-data; name="${quoted(name)}"\r\n\r\n${text.toWellFormed()}\r\n`,
  );
  const disposition = `form-data; name="${quoted(fileField)}"; filename="${quoted(fileName)}"`;
  const head = `--${boundary}\r\nContent-Disposition: ${disposition}\r\nContent-Type: ${typeOf(type)}\r\n\r\n`;
  return {
    contentType: `multipart/form-data; boundary=${boundary}`,
    before: Buffer.from(`${texts.join('')}${head}`),
    after: Buffer.from(`\r\n--${boundary}--\r\n`),
  };
}

/**
 * UTF-8 as it is, a quote as browsers write it (https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#multipart-form-data).
 * Control characters could make a header of their own, and a backslash before the closing quote hides that from many parsers:
 * neither is worth keeping.
 */
function quoted(name: string): string {
  return name
    .toWellFormed()
    .replaceAll(/[\p{Cc}\\]/gu, '_')
    .replaceAll('"', '%22');
}

function typeOf(type: string): string {
  return /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+$/.test(type) ? type : 'application/octet-stream';
}
