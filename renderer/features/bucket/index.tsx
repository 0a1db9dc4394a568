import '../../app/zod-without-eval.ts';
import { Database } from 'lucide-react';
import { useEffect, type ReactElement } from 'react';
import { Tab, TabList, TabPanel, Tabs } from 'react-aria-components';
import { isS3 } from '../../../shared/connection-kind.ts';
import type { S3ConnectionInfo } from '../../../shared/ipc.ts';
import { bucketPage as words } from '../../../shared/strings/bucket-page.ts';
import { perform } from '../../app/commands.ts';
import { FilterSelect } from '../../components/filter-select.tsx';
import { Button, EmptyState, FirstAnswer, Page } from '../../components/index.ts';
import '../../list/list.css';
import { bucketTabs, useBucket, type BucketTab } from '../../stores/bucket.ts';
import { learnConnections, useConnections } from '../../stores/connections.ts';
import { followRights } from '../../stores/rights.ts';
import './bucket.css';
import { CheckTab } from './check-tab.tsx';
import { LeftTab } from './left-tab.tsx';
import { PoliciesTab } from './policies-tab.tsx';

/** Whether a bucket is set up right, what keys to it must be allowed, and what was left in it. */
export function BucketView() {
  const list = useConnections((state) => state.list);
  const wanted = useBucket((state) => state.connectionId);
  const buckets = list?.filter(isS3) ?? [];
  const connection = buckets.find(({ id }) => id === wanted) ?? buckets[0];
  return (
    <Page
      title={words.title}
      actions={connection !== undefined && buckets.length > 1 && <ConnectionChoice {...{ buckets, connection }} />}
    >
      {list === null ? (
        <FirstAnswer words={words.loading} retry={words.retry} load={learnConnections} />
      ) : connection === undefined ? (
        <Empty />
      ) : (
        <Bucket key={connection.id} connection={connection} />
      )}
    </Page>
  );
}

function Bucket({ connection }: { connection: S3ConnectionInfo }) {
  const tab = useBucket((state) => state.tab);
  useEffect(() => followRights(connection.id), [connection.id]);
  const panels: Record<BucketTab, () => ReactElement> = {
    settings: () => <CheckTab connection={connection} />,
    policies: () => <PoliciesTab connection={connection} />,
    left: () => <LeftTab connection={connection} />,
  };
  return (
    <Tabs
      className="bucket"
      selectedKey={tab}
      onSelectionChange={(key) => useBucket.setState({ tab: bucketTabs.find((one) => one === key) ?? 'settings' })}
    >
      <TabList className="bucket-tabs" aria-label={words.tabsLabel}>
        {bucketTabs.map((id) => (
          <Tab key={id} id={id} className="bucket-tab">
            {words.tabs[id]}
          </Tab>
        ))}
      </TabList>
      {bucketTabs.map((id) => (
        <TabPanel key={id} id={id} className="bucket-panel">
          {panels[id]()}
        </TabPanel>
      ))}
    </Tabs>
  );
}

interface ConnectionChoiceProps {
  buckets: readonly S3ConnectionInfo[];
  connection: S3ConnectionInfo;
}

function ConnectionChoice({ buckets, connection }: ConnectionChoiceProps) {
  return (
    <FilterSelect
      label={words.connection}
      isOne
      options={buckets.map(({ id, name, config }) => ({ id: String(id), label: name, hint: config.bucket }))}
      value={[String(connection.id)]}
      onChange={([id]) => useBucket.setState({ connectionId: Number(id) })}
      chosen={connection.name}
    />
  );
}

function Empty() {
  return (
    <div className="bucket-empty">
      <EmptyState
        icon={Database}
        title={words.empty.title}
        actions={
          <Button variant="primary" onPress={perform['show-connections']}>
            {words.empty.action}
          </Button>
        }
      >
        {words.empty.text}
      </EmptyState>
    </div>
  );
}
