import { LifeBuoy } from 'lucide-react';
import { frame } from '../../shared/strings/frame.ts';
import { Button, EmptyState } from '../components/index.ts';

/** Instead of the whole app, when it threw while drawing. */
export function Broken() {
  return (
    <main className="page">
      <EmptyState
        icon={LifeBuoy}
        title={frame.broken.title}
        actions={
          <Button variant="primary" onPress={() => location.reload()}>
            {frame.broken.action}
          </Button>
        }
      >
        {frame.broken.body}
      </EmptyState>
    </main>
  );
}
