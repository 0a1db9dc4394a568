/** Whether a picture shows anything: the black before a fade, or a hand over the lens, does not. */

export interface Tone {
  /** mean brightness, 0 to 255 */
  brightness: number;
  /** standard deviation of the brightness */
  spread: number;
}

const darkest = 20;
const flattest = 8;

/** `pixels`: red, green, blue and opacity of each; at least one. */
export function measureTone(pixels: Uint8ClampedArray): Tone {
  let sum = 0;
  let squares = 0;
  for (let at = 0; at < pixels.length; at += 4) {
    // https://www.itu.int/rec/R-REC-BT.709
    const light = 0.2126 * (pixels[at] ?? 0) + 0.7152 * (pixels[at + 1] ?? 0) + 0.0722 * (pixels[at + 2] ?? 0);
    sum += light;
    squares += light * light;
  }
  const count = pixels.length / 4;
  const brightness = sum / count;
  return { brightness, spread: Math.sqrt(Math.max(0, squares / count - brightness * brightness)) };
}

export function isTelling({ brightness, spread }: Tone): boolean {
  return brightness >= darkest && spread >= flattest;
}
