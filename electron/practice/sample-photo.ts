/** Photos of a match that never was: drawn scenes with grain, each photo another part of one in other light. Real JPEG, real EXIF. */
import sharp, { type Exif } from 'sharp';
import { noise, type Noise } from './noise.ts';

export interface Shot {
  seed: string;
  /** 1 is as it is; 6 is a camera held upright, which stores the picture lying on its side */
  orientation: 1 | 6;
  camera: { make: string; model: string; serial: string | null };
  /** local time of the event, as EXIF writes it: 2026:06:20 10:15:23 */
  takenAt: string;
}

const sceneSize = { width: 2100, height: 1400 };
const timeZone = '+02:00';

/** Draws the scenes that photos are taken of: raw pixels, about 9 MB each. Photos of them may then be taken side by side. */
export async function drawScenes(): Promise<Buffer[]> {
  const scenes: Buffer[] = [];
  for (const scene of ['morning', 'noon', 'evening', 'final']) {
    const random = noise(`scene ${scene}`);
    const pixels = await sharp(Buffer.from(drawing(random)))
      .removeAlpha()
      .raw()
      .toBuffer();
    scenes.push(addGrain(pixels, random));
  }
  return scenes;
}

/** Takes a photo of one of the scenes into a file. */
export async function takePhoto(scenes: readonly Buffer[], shot: Shot, file: string): Promise<void> {
  const random = noise(shot.seed);
  const scene = scenes[random.number(scenes.length)];
  const upright = shot.orientation === 6;
  const { width, height } = upright ? { width: 1000, height: 1350 } : { width: 1800, height: 1200 };
  const light = 0.85 + random.number(300) / 1000;
  const warmth = random.number(60) / 1000;
  await sharp(scene, { raw: { ...sceneSize, channels: 3 } })
    .extract({
      left: random.number(sceneSize.width - width),
      top: random.number(sceneSize.height - height),
      width,
      height,
    })
    .linear([light + warmth, light, light - warmth], [0, 0, 0])
    .rotate(upright ? 270 : 0)
    // The shorter code tables would take half of the time.
    .jpeg({ quality: 72 + random.number(17), optimiseCoding: false })
    .withMetadata({ orientation: shot.orientation })
    .withExifMerge(exifOf(shot, random))
    .toFile(file);
}

function exifOf({ camera, takenAt }: Shot, random: Noise): Exif {
  const seconds = () => `${random.number(6000)}/100`;
  return {
    IFD0: { Make: camera.make, Model: camera.model, DateTime: takenAt, Artist: 'SV Sample' },
    IFD2: {
      DateTimeOriginal: takenAt,
      DateTimeDigitized: takenAt,
      OffsetTimeOriginal: timeZone,
      ExposureTime: `1/${500 + random.number(1500)}`,
      FNumber: `${28 + random.number(28)}/10`,
      ISOSpeedRatings: String(100 * (1 + random.number(8))),
      FocalLength: `${70 + random.number(130)}/1`,
      ...(camera.serial === null ? {} : { BodySerialNumber: camera.serial }),
    },
    IFD3: {
      GPSLatitudeRef: 'N',
      GPSLatitude: `48/1 10/1 ${seconds()}`,
      GPSLongitudeRef: 'E',
      GPSLongitude: `11/1 32/1 ${seconds()}`,
      GPSAltitudeRef: '0',
      GPSAltitude: '508/1',
    },
  };
}

/** As of a sensor: without it, drawn areas would make files of a few kilobytes. */
function addGrain(pixels: Buffer, random: Noise): Buffer {
  const grain = random.bytes(pixels.length / 3);
  for (let at = 0; at < pixels.length; at++) {
    const change = ((grain[Math.floor(at / 3)] ?? 0) - 128) / 6;
    pixels[at] = Math.max(0, Math.min(255, (pixels[at] ?? 0) + change));
  }
  return pixels;
}

const skies = ['#6fa8dc #dcecf7', '#3d7cc9 #bcd9f5', '#e0905a #f7dcb0', '#7d8fa3 #ccd4dc'];
const shirts = ['#c0392b', '#f1c40f', '#2c3e50', '#8e44ad', '#ecf0f1', '#e67e22'];

/** A pitch under a sky, with players, as SVG. */
function drawing(random: Noise): string {
  const { width, height } = sceneSize;
  const horizon = 380 + random.number(160);
  const [top, bottom] = (skies[random.number(skies.length)] ?? '').split(' ');
  const teams = [shirts[random.number(3)], shirts[3 + random.number(3)]];
  const trees = Array.from({ length: 26 }, (_, at) => {
    return `<circle cx="${at * 85 + random.number(40)}" cy="${horizon - 20}" r="${50 + random.number(55)}" fill="hsl(${95 + random.number(35)} 35% ${18 + random.number(14)}%)"/>`;
  });
  const stripes = Array.from({ length: 10 }, (_, at) => {
    const from = horizon + ((height - horizon) * at ** 2) / 100;
    const to = horizon + ((height - horizon) * (at + 1) ** 2) / 100;
    return `<rect y="${from}" width="${width}" height="${to - from}" fill="${at % 2 === 0 ? '#4c8c3a' : '#5da048'}"/>`;
  });
  const players = Array.from({ length: 14 }, (_, at) => player(random, horizon, teams[at % 2] ?? ''));
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">
    <linearGradient id="sky" x2="0" y2="1"><stop stop-color="${top}"/><stop offset="1" stop-color="${bottom}"/></linearGradient>
    <rect width="${width}" height="${horizon}" fill="url(#sky)"/>${trees.join('')}${stripes.join('')}
    <g fill="none" stroke="#f4f7f2" stroke-width="9">
      <path d="M0 ${horizon + 130} L${width} ${horizon + 90} M${width * 0.35} ${horizon + 110} L${width * 0.1} ${height}"/>
      <ellipse cx="${width * 0.62}" cy="${horizon + 420}" rx="430" ry="130"/>
      <path d="M${width * 0.72} ${horizon + 105} v-170 h330 v158" stroke-width="13"/>
    </g>
    ${players.join('')}<circle cx="${random.number(width)}" cy="${horizon + 500}" r="26" fill="#fff" stroke="#222" stroke-width="5"/>
  </svg>`;
}

function player(random: Noise, horizon: number, shirt: string): string {
  const depth = random.number(1000) / 1000;
  const scale = 0.5 + depth * 1.6;
  const place = `translate(${random.number(sceneSize.width)} ${horizon + 60 + depth * 600}) scale(${scale})`;
  return `<g transform="${place}">
    <ellipse cy="92" rx="42" ry="9" fill="#0004"/><circle cy="-62" r="17" fill="#d9a066"/>
    <rect x="-23" y="-44" width="46" height="66" rx="12" fill="${shirt}"/><rect x="-21" y="20" width="42" height="26" fill="#222"/>
    <path d="M-12 46 l${random.number(30) - 20} 46 M12 46 l${random.number(30) - 10} 46" stroke="#d9a066" stroke-width="13"/>
  </g>`;
}
