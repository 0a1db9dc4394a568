/**
 * Header values as people wrote them. S3 gives what is not ASCII back in encoded words, in either of their forms.
 * RFC 2047; https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html
 */
export function decodeWords(value: string): string {
  // Between two encoded words the space belongs to the encoding.
  const joined = value.replace(/(\?=)\s+(?==\?)/g, '$1');
  return joined.replace(/=\?([\w-]+)\?([BQ])\?([^?]*)\?=/gi, (whole, charset: string, form: string, text: string) => {
    const bytes = form.toUpperCase() === 'B' ? Buffer.from(text, 'base64') : quotedBytes(text);
    try {
      return new TextDecoder(charset).decode(bytes);
    } catch {
      return whole; // a charset that nobody knows: shown as it is
    }
  });
}

function quotedBytes(text: string): Buffer {
  const spaced = text.replaceAll('_', ' ');
  return Buffer.from(
    spaced.replace(/=([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16))),
    'latin1',
  );
}
