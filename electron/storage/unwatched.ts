/** What is done between two moments at which a connection should move: it does not stand still then. `isOver`: it may serve another request by now */
export async function unwatched(
  connection: { setTimeout(ms: number): unknown },
  /** ms */
  stallAfter: number,
  work: Promise<void>,
  isOver: () => boolean,
): Promise<void> {
  if (!isOver()) connection.setTimeout(0);
  try {
    await work;
  } finally {
    if (!isOver()) connection.setTimeout(stallAfter);
  }
}
