import { FlaskConical, Plus } from 'lucide-react';
import { useState } from 'react';
import { uploads } from '../../../../shared/strings/uploads.ts';
import { attempt } from '../../../app/attempt.ts';
import { Button, Note } from '../../../components/index.ts';
import { call } from '../../../ipc.ts';
import { useConnections } from '../../../stores/connections.ts';
import { useNavigation } from '../../../stores/navigation.ts';

interface NoConnectionProps {
  onPractice: (connectionId: number) => void;
  onAdd: () => void;
}

/** Where files are to go nowhere yet: the two ways on. */
export function NoConnection({ onPractice, onAdd }: NoConnectionProps) {
  const [starting, setStarting] = useState(false);
  const practise = async () => {
    setStarting(true);
    await attempt(async () => {
      const connection = await call('connections.practice', {});
      useConnections.setState(({ list }) => ({
        list: [...(list ?? []).filter(({ id }) => id !== connection.id), connection],
      }));
      onPractice(connection.id);
    });
    setStarting(false);
  };
  const add = () => {
    onAdd();
    useNavigation.getState().go('connections');
  };
  return (
    <Note
      actions={
        <>
          <Button icon={Plus} onPress={add}>
            {uploads.offer.addConnection}
          </Button>
          <Button icon={FlaskConical} isPending={starting} onPress={() => void practise()}>
            {uploads.offer.practise}
          </Button>
        </>
      }
    >
      {uploads.offer.noConnection}
    </Note>
  );
}
