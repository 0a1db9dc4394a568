/**
 * sharp, in the build that is right for this process. Electron's Linux binary brings the system's GLib, sharp's native library
 * its own, and both in one process crash now and then: https://github.com/lovell/sharp/issues/4525. There its WebAssembly
 * build is used, which is slower.
 */
import process from 'node:process';

export type SharpModule = (typeof import('sharp'))['default'];
export type SharpBuild = 'native' | 'wasm';

/** What decodes what is sent to us, and no more: an image library knows formats by the dozen, each with faults of its own. */
const decoders = ['Jpeg', 'Png', 'Webp', 'Heif', 'Nsgif', 'Tiff'].map((name) => `VipsForeignLoad${name}`);

/** To be called before anything else loads sharp. Throws where the native build came in that must not. */
export async function loadSharp(): Promise<{ sharp: SharpModule; build: SharpBuild }> {
  const native = process.platform !== 'linux' || !('electron' in process.versions);
  if (!native) keepOut();
  const { default: sharp } = await import('sharp');
  const build = 'emscripten' in sharp.versions ? 'wasm' : 'native';
  if (!native && build === 'native') throw new Error('sharp is not its WebAssembly build');
  sharp.cache(false); // no image comes twice
  sharp.concurrency(1); // a second process does more than a second thread
  sharp.block({ operation: ['VipsForeignLoad'] });
  sharp.unblock({ operation: decoders });
  return { sharp, build };
}

/** All native code comes in through this one door, and sharp falls back to the other build by itself when it is refused. */
function keepOut(): void {
  const load = process.dlopen;
  process.dlopen = (module: object, file: string, ...flags: unknown[]) => {
    if (/sharp-linux/.test(file)) throw new Error(`${file} does not go together with Electron`);
    Reflect.apply(load, process, [module, file, ...flags]);
  };
}
