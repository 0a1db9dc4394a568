/** CSS px: so far a mouse may go while it is held still. */
const still = 4;

interface Press {
  on: HTMLElement;
  x: number;
  y: number;
}

/**
 * What arrives while a button is held down, a plan that makes its dialog higher for one, can take it away from under the pointer.
 * Browsers count no click then, and the person sees that nothing happens. Who did not move has pressed it all the same; who drew
 * the pointer away has not (WCAG 2.5.2).
 */
export function keepSteadyPresses(): void {
  let press: Press | null = null;
  const forget = () => (press = null);
  addEventListener('pointerdown', (event) => (press = pressOf(event)), true);
  addEventListener('pointermove', (event) => press !== null && !isAt(press, event) && forget(), true);
  addEventListener('pointercancel', forget, true);
  addEventListener(
    'pointerup',
    (event) => {
      const ended = press;
      forget();
      if (ended === null || !isAt(ended, event) || isUnder(event, ended.on)) return;
      // After the click that the browser gives to what holds both places.
      setTimeout(() => ended.on.closest('[inert]') === null && ended.on.click());
    },
    true,
  );
}

function pressOf({ target, isPrimary, button, clientX, clientY }: PointerEvent): Press | null {
  const on = target instanceof Element ? target.closest<HTMLElement>('button, a[href], label') : null;
  return on === null || !isPrimary || button !== 0 ? null : { on, x: clientX, y: clientY };
}

function isAt(press: Press, { clientX, clientY }: PointerEvent): boolean {
  return Math.hypot(clientX - press.x, clientY - press.y) <= still;
}

function isUnder({ clientX, clientY }: PointerEvent, element: HTMLElement): boolean {
  const { left, right, top, bottom } = element.getBoundingClientRect();
  return clientX >= left && clientX <= right && clientY >= top && clientY <= bottom;
}
