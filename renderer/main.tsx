import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import './styles/tokens.css';
import './styles/base.css';
import './styles/components.css';
import './styles/frame.css';
import { App } from './app/app.tsx';
import { Broken } from './app/broken.tsx';
import { followCommands } from './app/commands.ts';
import { markOnlyText } from './app/marking.ts';
import { keepSteadyPresses } from './app/steady-press.ts';
import { showRememberedTheme } from './app/theme.ts';
import { followConnections } from './stores/connections.ts';
import { followDestinations } from './stores/destinations.ts';
import { followOffers } from './stores/offers.ts';
import { followProgress } from './stores/progress.ts';
import { followProxies } from './stores/proxies.ts';
import { followSettings } from './stores/settings.ts';
import { followSignIns } from './stores/sign-ins.ts';
import { followTasks } from './stores/tasks.ts';

const place = document.getElementById('root');
if (place === null) throw new Error('index.html has no #root');

showRememberedTheme();
const root = createRoot(place, {
  // React has taken everything down by then: what is left is to say so.
  onUncaughtError: (error) => {
    console.error(error);
    setTimeout(() => root.render(<Broken />));
  },
});
root.render(
  <StrictMode>
    <App />
  </StrictMode>,
);
markOnlyText();
keepSteadyPresses();
followCommands();
followOffers();
followProgress();
followProxies();
followSignIns();
followConnections();
followDestinations();
followSettings();
followTasks();
