import { KeyRound } from 'lucide-react';
import { placeName } from '../../shared/connection-kind.ts';
import { signIns as words } from '../../shared/strings/sign-ins.ts';
import { Button, Note } from '../components/index.ts';
import { askSignIn, useSignInsAt } from '../stores/sign-ins.ts';

/** While a backend waits for a sign-in that the person did not want to give: why nothing is sent, and the way out. */
export function SignInNotice() {
  const declined = useSignInsAt('declined');
  if (declined.length === 0) return null;
  const hosts = [...new Set(declined.map(({ connection }) => placeName(connection.config)))].join(', ');
  const answer = (
    <Button
      icon={KeyRound}
      onPress={() => {
        for (const { connection } of declined) askSignIn(connection.id);
      }}
    >
      {words.signIn}
    </Button>
  );
  return (
    <div className="view-notice">
      <Note tone="warning" role="status" actions={answer}>
        {words.declined(hosts)}
      </Note>
    </div>
  );
}
