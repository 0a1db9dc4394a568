import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { pathsOf } from '../../electron/command-line.ts';

const cwd = path.resolve('/cards');
const packaged = (...given: string[]) => pathsOf({ argv: ['/opt/Sideline/sideline', ...given], cwd, unpacked: false });

describe('the paths of a start', () => {
  it('are absolute, from its working directory', () => {
    expect(packaged('A001', '../B', '/c/d.mp4')).toEqual([
      path.resolve(cwd, 'A001'),
      path.resolve(cwd, '../B'),
      path.resolve('/c/d.mp4'),
    ]);
  });

  it('leave out flags, those of the system too', () => {
    expect(packaged('--no-sandbox', '-psn_0_1234', '--original-process-start-time=1', 'A001')).toEqual([
      path.resolve(cwd, 'A001'),
    ]);
  });

  it('begin with a dash after --', () => {
    expect(packaged('A001', '--', '-B', '--c')).toEqual(['A001', '-B', '--c'].map((one) => path.resolve(cwd, one)));
  });

  it('may be file:// URLs, as desktops of Linux give them', () => {
    const clip = path.resolve('/cards/Final ⚽ 100 % #1.mp4');
    expect(packaged(pathToFileURL(clip).href, '--', pathToFileURL(clip).href)).toEqual([clip]);
    expect(packaged('file://elsewhere/a%2Fb', 'B')).toEqual(
      ['file://elsewhere/a%2Fb', 'B'].map((one) => path.resolve(cwd, one)),
    );
  });

  it('are each given once', () => {
    expect(packaged('A001', './A001', 'A001/')).toEqual([path.resolve(cwd, 'A001')]);
  });

  it('leave out the folder of an app that is not packaged', () => {
    const argv = ['/bin/electron', '--inspect=0', '--no-sandbox', '.', 'A001'];
    expect(pathsOf({ argv, cwd, unpacked: true })).toEqual([path.resolve(cwd, 'A001')]);
  });

  it('may be none', () => {
    expect(packaged()).toEqual([]);
    expect(packaged('--hidden', '')).toEqual([]);
  });
});
