/** The frame of the window: its parts, what covers it, and what it says when it breaks. */
export const frame = {
  appName: 'Sideline',
  navigation: 'Views',
  views: {
    uploads: 'Uploads',
    browse: 'Browse',
    history: 'History',
    destinations: 'Destinations',
    connections: 'Connections',
    bucket: 'Bucket check',
    settings: 'Settings',
  },
  loadingView: 'Opening',
  drop: {
    title: 'Drop to upload',
    hint: 'Files and folders, as many as you like. You see what was found before anything is sent.',
    nothing: 'Nothing that can be uploaded was dropped: drop files or folders of this computer.',
  },
  broken: {
    title: 'This window stopped working',
    body: 'Your uploads are safe: they run apart from this window. Open it again to go on.',
    action: 'Open again',
  },
} as const;
