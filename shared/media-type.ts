/** Media types (RFC 6838) as Sideline compares them. */

/** Other names of a type, as cameras, browsers and older lists have them, and the one that Sideline uses. */
const otherNames: Readonly<Record<string, string>> = {
  'application/vnd.rar': 'application/x-rar-compressed',
  'application/x-gzip': 'application/gzip',
  'application/x-pdf': 'application/pdf',
  'application/x-zip-compressed': 'application/zip',
  'audio/m4a': 'audio/mp4',
  'audio/mp3': 'audio/mpeg',
  'audio/vnd.wave': 'audio/wav',
  'audio/wave': 'audio/wav',
  'audio/x-m4a': 'audio/mp4',
  'audio/x-wav': 'audio/wav',
  'image/jpg': 'image/jpeg',
  'image/pjpeg': 'image/jpeg',
  'image/vnd.microsoft.icon': 'image/x-icon',
  'image/x-ms-bmp': 'image/bmp',
  'image/x-png': 'image/png',
  'text/xml': 'application/xml',
  'video/avi': 'video/x-msvideo',
  'video/matroska': 'video/x-matroska',
  'video/mp1s': 'video/mpeg',
  'video/mp2p': 'video/mpeg',
  'video/vnd.avi': 'video/x-msvideo',
};

/** In small letters, without parameters, under one name: `Image/JPG; q=1` is `image/jpeg`. */
export function plainType(type: string): string {
  const [name = ''] = type.split(';');
  const plain = name.trim().toLowerCase();
  return Object.hasOwn(otherNames, plain) ? (otherNames[plain] ?? plain) : plain;
}

/** Whether one of the patterns (`image/jpeg`, or `image/*` for all images) takes a type. Without any pattern all are taken. */
export function accepts(patterns: readonly string[], type: string): boolean {
  const plain = plainType(type);
  return patterns.length === 0 || patterns.some((pattern) => takes(plainType(pattern), plain));
}

function takes(pattern: string, type: string): boolean {
  return pattern.endsWith('/*') ? type.startsWith(pattern.slice(0, -1)) : pattern === type;
}
