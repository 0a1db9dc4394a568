import { KeyRound } from 'lucide-react';
import { proxyLogin as words } from '../../shared/strings/proxy-login.ts';
import { Button, Note } from '../components/index.ts';
import { askProxiesAgain, hostOf, useProxies, withQuestion } from '../stores/proxies.ts';

/** While a proxy waits for what the person did not want to tell: why nothing is sent, and the way out. */
export function ProxyNotice() {
  const declined = withQuestion(
    useProxies((state) => state.list),
    'declined',
  );
  if (declined.length === 0) return null;
  const hosts = declined.map(({ proxy }) => hostOf(proxy)).join(', ');
  const answer = (
    <Button icon={KeyRound} onPress={() => askProxiesAgain()}>
      {words.signIn}
    </Button>
  );
  return (
    <div className="view-notice">
      <Note tone="warning" role="status" actions={answer}>
        {words.waits(hosts)}
      </Note>
    </div>
  );
}
