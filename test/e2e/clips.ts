/** Real videos, recorded by the app's own Chromium: nothing else that the tests install can encode one. */
import type { Page } from 'playwright';

export interface Scene {
  seconds: number;
  /** of the left half and the right half, as CSS has them */
  colours: readonly [left: string, right: string];
}

export interface Clip {
  /** media type with the codec, as MediaRecorder takes it */
  type: string;
  width: number;
  height: number;
  scenes: readonly Scene[];
}

/** As most cameras and phones record. */
export const h264 = 'video/mp4;codecs=avc1';

/** Takes as long as the clip. */
export async function recordClip(window: Page, clip: Clip): Promise<Buffer> {
  const base64 = await window.evaluate(async ({ type, width, height, scenes }) => {
    const canvas = document.createElement('canvas');
    Object.assign(canvas, { width, height });
    const context = canvas.getContext('2d');
    const stream = canvas.captureStream(25);
    const recorder = new MediaRecorder(stream, { mimeType: type, videoBitsPerSecond: 4e6 });
    const pieces: Blob[] = [];
    recorder.addEventListener('dataavailable', ({ data }) => pieces.push(data));
    const stopped = new Promise((resolve) => recorder.addEventListener('stop', resolve));
    const started = performance.now();
    let until = started;
    for (const [at, { seconds, colours }] of scenes.entries()) {
      until += seconds * 1000;
      for (let step = 0; performance.now() < until; step++) {
        colours.forEach((colour, half) => {
          if (context === null) return;
          context.fillStyle = colour;
          context.fillRect((half * width) / 2, 0, width / 2, height);
        });
        // Without a change nothing is recorded.
        context?.fillRect(0, height - 1, (step % 10) + 1, 1);
        if (at === 0 && step === 0) recorder.start();
        await new Promise((resolve) => setTimeout(resolve, 30));
      }
    }
    recorder.stop();
    await stopped;
    const bytes = new Uint8Array(await new Blob(pieces).arrayBuffer());
    let text = '';
    for (const byte of bytes) text += String.fromCharCode(byte);
    return btoa(text);
  }, clip);
  return Buffer.from(base64, 'base64');
}

/** The same, shown turned by a quarter clockwise, as phones that are held upright record. ISO/IEC 14496-12, 8.3.2 */
export function turned(mp4: Buffer): Buffer {
  const copy = Buffer.from(mp4);
  const header = copy.indexOf('tkhd', 0, 'latin1') + 4;
  const isLong = copy.readUInt8(header) === 1;
  const matrix = header + 4 + (isLong ? 32 : 20) + 16;
  [0, 0x10000, 0, -0x10000, 0, 0, 0, 0, 0x40000000].forEach((value, at) => copy.writeInt32BE(value, matrix + at * 4));
  return copy;
}

/** With so many empty bytes before its picture: a box that players skip. A file with a hole, of which the disk keeps nothing. */
export function padding(bytes: number): Buffer {
  const head = Buffer.alloc(16);
  head.writeUInt32BE(1);
  head.write('free', 4, 'latin1');
  head.writeBigUInt64BE(BigInt(bytes), 8);
  return head;
}
