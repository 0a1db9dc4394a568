/** What comes in shares the event loop with everything else. */
import { expect, it } from 'vitest';
import { createTurns } from '../../electron/admin/download/turns.ts';

it('lets others have their turn while there is always more to do', async () => {
  const nextTurn = createTurns();
  const began = performance.now();
  let last = began;
  let longest = 0;
  const clock = setInterval(() => {
    longest = Math.max(longest, performance.now() - last);
    last = performance.now();
  }, 1);
  // As sockets do it: the next piece is there as soon as the one before has been taken, by one or by twenty.
  const reader = async () => {
    while (performance.now() - began < 300) {
      const turn = nextTurn();
      if (turn !== undefined) await turn;
      else await Promise.resolve();
    }
  };
  await Promise.all(Array.from({ length: 20 }, reader));
  clearInterval(clock);
  expect(longest).toBeGreaterThan(0);
  expect(longest).toBeLessThan(100); // of a machine with other work to do; without turns it is all of the time
});
