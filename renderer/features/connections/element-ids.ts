/** Of elements that get the focus when what had it is gone. */
export const addButtonId = 'add-connection';
export const headingId = (connectionId: number) => `connection-${connectionId}`;
