/** Words that more than one view uses. */
export const common = {
  add: 'Add',
  cancel: 'Cancel',
  clearSearch: 'Clear search',
  close: 'Close',
  decrease: 'Decrease',
  delete: 'Delete',
  dismiss: 'Dismiss',
  hideSecret: 'Hide',
  increase: 'Increase',
  loading: 'Loading',
  loadingList: 'Loading the list',
  notifications: 'Messages',
  save: 'Save',
  search: 'Search',
  showSecret: 'Show',
  unknownFault: 'Sideline made a mistake. What was done so far is safe.',
} as const;
