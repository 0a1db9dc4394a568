/** Presets of the systems that Sideline knows: choosing one fills in its destinations, and all of it stays editable. */
import { fitness } from './fitness.ts';
import { heaven } from './heaven.ts';
import { idance } from './idance.ts';
import { plugs, plugsMigration } from './plugs.ts';
import type { Preset } from './preset.ts';
import { uploads } from './upload-module.ts';

export { problemsOf, type Answers, type Ask, type Preset } from './preset.ts';

export const presets: readonly Preset[] = [fitness, idance, uploads, plugs, plugsMigration, heaven];
