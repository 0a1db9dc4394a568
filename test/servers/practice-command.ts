/** What starts the practice backend, as `npm start` tells the app. */
import { practiceEnv } from '../../scripts/practice-env.ts';
import { backendCommand, type BackendCommand } from '../../electron/practice/backend-process.ts';

export function practiceCommand(): BackendCommand {
  const command = backendCommand(practiceEnv);
  if (command === null) throw new Error('npm start names no backend');
  return command;
}
