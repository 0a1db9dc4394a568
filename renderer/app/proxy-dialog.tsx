import { useId, useState, type SyntheticEvent } from 'react';
import { Form } from 'react-aria-components';
import type { ProxyState } from '../../shared/ipc.ts';
import { common } from '../../shared/strings/common.ts';
import { proxyLogin as words } from '../../shared/strings/proxy-login.ts';
import { Button, Checkbox, Dialog, Note, SecretField, TextField } from '../components/index.ts';
import { call } from '../ipc.ts';
import { hostOf } from '../stores/proxies.ts';
import { attempt, wordsOf } from './attempt.ts';
import { useForgotten } from './use-forgotten.ts';
import { useObscured } from './use-obscured.ts';

const secrets = ['password'] as const;

/** Asks for the name and password of a proxy. What is behind it waits meanwhile, and goes on by itself. */
export function ProxyDialog({ asking }: { asking: ProxyState }) {
  const id = useId();
  const { proxy } = asking;
  const [login, setLogin] = useState({ username: asking.username, password: '' });
  const { username, password } = login;
  useForgotten(login, secrets);
  const [chosen, setRemember] = useState<boolean | null>(null);
  const [tried, setTried] = useState(false);
  const [sending, setSending] = useState(false);
  const [refusal, setRefusal] = useState<string | null>(null);
  const obscured = useObscured();
  // What can only be obscured is kept where a person asks for it. Asked again, it is as it was answered before.
  const remember = chosen ?? (asking.known === 'no' ? obscured === false : asking.known === 'kept');
  const decline = () => void attempt(() => call('proxies.answer', { proxy, login: null }));

  const send = async () => {
    setSending(true);
    setRefusal(null);
    try {
      await call('proxies.answer', { proxy, login: { username: username.trim(), password, remember } });
    } catch (error) {
      setRefusal(wordsOf(error));
    }
    setSending(false);
  };
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    setTried(true);
    if (username.trim() !== '' && password !== '' && !sending) void send();
  };

  return (
    <Dialog
      title={words.title}
      isOpen
      onClose={decline}
      keepOpen
      footer={
        <>
          <Button onPress={decline}>{common.cancel}</Button>
          <Button type="submit" form={id} variant="primary" isPending={sending}>
            {words.signIn}
          </Button>
        </>
      }
    >
      <Form id={id} className="stack" validationBehavior="aria" onSubmit={submit}>
        <p>{words.text(hostOf(proxy))}</p>
        {(refusal !== null || asking.wrong) && (
          <Note tone="danger" role="alert">
            {refusal ?? words.wrong}
          </Note>
        )}
        <TextField
          label={words.username}
          value={username}
          onChange={(typed) => setLogin({ ...login, username: typed })}
          error={tried && username.trim() === '' ? words.usernameMissing : null}
          autoFocus={asking.username === ''}
          autoComplete="off"
        />
        <SecretField
          label={words.password}
          value={password}
          onChange={(typed) => setLogin({ ...login, password: typed })}
          error={tried && password === '' ? words.passwordMissing : null}
          autoFocus={asking.username !== ''}
        />
        <Checkbox isSelected={remember} onChange={setRemember}>
          {words.remember}
        </Checkbox>
        {obscured === true && <p className="muted small">{words.rememberObscured}</p>}
        <p className="muted small">{words.cancelHint}</p>
      </Form>
    </Dialog>
  );
}
