import fc from 'fast-check';
import { buffer } from 'node:stream/consumers';
import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { frameForm } from '../../electron/broker/form.ts';
import { boundaryOf, formParts } from '../../electron/practice/form-data.ts';
import { hardNames, manyHardNames } from '../servers/hard-names.ts';
import { seededRandom } from '../servers/random.ts';

const random = seededRandom('broker form');

interface ReadForm {
  fields: [string, string][];
  name: string;
  filename: string | null;
  type: string | null;
  file: Buffer;
}

/** As the reference backend reads it; the file must be last. */
async function read(contentType: string, bytes: Buffer): Promise<ReadForm> {
  const fields: [string, string][] = [];
  let form: ReadForm | null = null;
  async function* source(): AsyncGenerator<Buffer> {
    for await (const piece of Readable.from([bytes])) yield piece as Buffer;
  }
  for await (const { name, filename, type, body } of formParts(source(), boundaryOf(contentType))) {
    if (form !== null) throw new Error('something comes after the file');
    const content = await buffer(body);
    if (filename === null) fields.push([name, content.toString()]);
    else form = { fields, name, filename, type, file: content };
  }
  if (form === null) throw new Error('no file');
  return form;
}

describe('a form with a file', () => {
  it('is, byte for byte, what the RFC says', () => {
    const frame = frameForm(
      {
        fields: { key: 'a/b', 'Content-Type': 'image/jpeg' },
        fileField: 'file',
        fileName: 'a "b"\r\n.jpg',
        type: 'image/jpeg',
      },
      'b',
    );
    expect(frame.contentType).toBe('multipart/form-data; boundary=b');
    expect(frame.before.toString()).toBe(
      [
        '--b\r\nContent-Disposition: form-data; name="key"\r\n\r\na/b\r\n',
        '--b\r\nContent-Disposition: form-data; name="Content-Type"\r\n\r\nimage/jpeg\r\n',
        '--b\r\nContent-Disposition: form-data; name="file"; filename="a %22b%22__.jpg"\r\nContent-Type: image/jpeg\r\n\r\n',
      ].join(''),
    );
    expect(frame.after.toString()).toBe('\r\n--b--\r\n');
  });

  it('is read by others as it was meant, whatever is in it', async () => {
    const text = fc.string({ unit: 'binary', maxLength: 40 });
    const name = fc.stringMatching(/^[A-Za-z][\w-]{0,20}$/);
    await fc.assert(
      fc.asyncProperty(
        fc.dictionary(name, text, { maxKeys: 5 }),
        fc.oneof(text, fc.constantFrom(...hardNames)),
        fc.uint8Array({ maxLength: 200 }),
        async (fields, fileName, content) => {
          const file = Buffer.from(content);
          const { contentType, before, after } = frameForm({
            fields,
            fileField: 'upload',
            fileName,
            type: 'video/mp4',
          });
          const bytes = Buffer.concat([before, file, after]);
          const whole = await read(contentType, bytes);
          const given = Object.entries(fields).map(([key, value]) => [key, value.toWellFormed()]);
          expect(whole).toMatchObject({ fields: given, name: 'upload', type: 'video/mp4' });
          expect(whole.file.equals(file)).toBe(true);
          expect(whole.filename).toBe(
            fileName
              .toWellFormed()
              .replaceAll(/[\p{Cc}\\]/gu, '_')
              .replaceAll('%22', '"'),
          );

          // eslint-disable-next-line @typescript-eslint/no-deprecated -- a second reader, of a form of our own
          const again = await new Response(bytes, { headers: { 'content-type': contentType } }).formData();
          const blob = again.get('upload');
          if (!(blob instanceof File)) throw new Error('no file');
          expect(Buffer.from(await blob.arrayBuffer()).equals(file)).toBe(true);
          expect([...again.keys()]).toEqual([...Object.keys(fields), 'upload']);
        },
      ),
      { seed: random.seed, numRuns: 300 },
    );
  });

  it('never has its boundary in what it carries, and no header that a name would make', () => {
    const names = [...manyHardNames(200, random), 'x"\r\nContent-Type: text/html\r\n\r\n<b>', '\u0000\u0085\u2028\\'];
    for (const fileName of names) {
      const { before } = frameForm({ fields: {}, fileField: 'file', fileName, type: 'a/b\r\nX: y' });
      const lines = before.toString().split('\r\n');
      expect(lines).toHaveLength(5);
      expect(lines[2]).toBe('Content-Type: application/octet-stream');
    }
    const boundaries = names.map(
      (fileName) => frameForm({ fields: {}, fileField: 'f', fileName, type: 'a/b' }).contentType,
    );
    expect(new Set(boundaries).size).toBe(names.length);
  });
});
