/** Answers the calls about how objects look. */
import type { Previews } from '../app/previews.ts';
import type { Handlers } from './handlers.ts';

export function previewHandlers(previews: Previews): Pick<Handlers, `previews.${'open' | 'outside' | 'thumb'}`> {
  return {
    'previews.open': (of) => previews.open(of),
    async 'previews.outside'(of) {
      await previews.openOutside(of);
      return null;
    },
    'previews.thumb': ({ connectionId, objects }) => previews.thumbs(connectionId, objects),
  };
}
