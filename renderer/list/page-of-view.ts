interface PageDeps<View, Page> {
  /** the view that the person looks at now */
  view: () => View;
  ask: (view: View, offset: number, limit: number) => Promise<Page>;
  /** main gave it up, because another list was asked for meanwhile */
  isSuperseded: (error: unknown) => boolean;
  /** tells the person */
  tell: (error: unknown) => void;
}

/**
 * Rows of the view that is looked at. Main has time for one view only: who still looks at that one asks again, and what has been
 * left rejects without a word.
 */
export async function pageOfView<View, Page>(deps: PageDeps<View, Page>, offset: number, limit: number): Promise<Page> {
  for (;;) {
    const view = deps.view();
    try {
      return await deps.ask(view, offset, limit);
    } catch (error) {
      if (!deps.isSuperseded(error)) deps.tell(error);
      else if (deps.view() === view) continue;
      throw error;
    }
  }
}
