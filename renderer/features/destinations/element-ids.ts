/** Of elements that get the focus when what had it is gone. */
export const addButtonId = 'add-destination';
export const headingId = (destinationId: number) => `destination-${destinationId}`;
