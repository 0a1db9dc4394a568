import { useState } from 'react';
import { settings as words } from '../../../shared/strings/settings.ts';
import type { Settings } from '../../../shared/settings.ts';
import { Card, NumberField, RadioGroup, TextField } from '../../components/index.ts';
import { clockOf, firstRate, megabytesOf, minutesOf, rateBounds, rateOf } from './quantities.ts';
import { Indented, Refusal, SwitchRow } from './setting.tsx';
import { change } from './use-saving.ts';

export function SpeedCard({ settings }: { settings: Settings }) {
  const { limitRate } = settings;
  return (
    <Card title={words.speed.title}>
      <SwitchRow
        label={words.speed.limit}
        hint={words.speed.limitHint}
        isSelected={limitRate !== null}
        onChange={(on) => change({ limitRate: on ? firstRate : null })}
      />
      {limitRate !== null && (
        <Indented>
          <RateField rate={limitRate} />
          <Hours hours={settings.limitHours} />
        </Indented>
      )}
      <Refusal of={['limitRate', 'limitHours']} />
      <Concurrency concurrency={settings.concurrency} />
      <Refusal of={['concurrency']} />
    </Card>
  );
}

function RateField({ rate }: { rate: number }) {
  const set = (megabytes: number) => {
    const limitRate = rateOf(megabytes);
    if (limitRate !== null) change({ limitRate });
  };
  return (
    <div className="setting-number">
      <NumberField
        label={words.speed.rate}
        unit={words.speed.unit}
        value={megabytesOf(rate)}
        onChange={set}
        minValue={rateBounds.min}
        maxValue={rateBounds.max}
        formatOptions={{ maximumFractionDigits: 2 }}
      />
    </div>
  );
}

/** An evening: what a limit starts with is to be seen doing something. */
const firstHours = { from: 18 * 60, to: 23 * 60 };

function Hours({ hours }: { hours: Settings['limitHours'] }) {
  return (
    <>
      <SwitchRow
        label={words.speed.hours}
        hint={words.speed.hoursHint}
        isSelected={hours !== null}
        onChange={(on) => change({ limitHours: on ? firstHours : null })}
      />
      {hours !== null && <Times hours={hours} />}
    </>
  );
}

/** Saved when a field is left: while a time is typed it is another one, or none, at each key. */
function Times({ hours }: { hours: NonNullable<Settings['limitHours']> }) {
  const [from, setFrom] = useState(clockOf(hours.from));
  const [to, setTo] = useState(clockOf(hours.to));
  const [seen, setSeen] = useState(hours);
  // Set elsewhere; a key would take the focus from the field that was just entered.
  if (hours.from !== seen.from || hours.to !== seen.to) {
    setSeen(hours);
    setFrom(clockOf(hours.from));
    setTo(clockOf(hours.to));
  }
  const typed = { from: minutesOf(from), to: minutesOf(to) };
  const same = typed.from !== null && typed.from === typed.to;
  const save = () => {
    if (typed.from === null || typed.to === null || same) return;
    if (typed.from !== hours.from || typed.to !== hours.to) change({ limitHours: { from: typed.from, to: typed.to } });
  };
  const problem = (minutes: number | null) => (minutes === null ? words.speed.hoursMissing : null);
  const overnight = typed.from !== null && typed.to !== null && typed.to < typed.from;
  return (
    <div className="setting-times">
      <TextField
        type="time"
        label={words.speed.from}
        value={from}
        onChange={setFrom}
        onBlur={save}
        error={problem(typed.from)}
      />
      <TextField
        type="time"
        label={words.speed.to}
        value={to}
        onChange={setTo}
        onBlur={save}
        error={problem(typed.to) ?? (same ? words.speed.hoursSame : null)}
        {...(overnight ? { description: words.speed.overnight } : {})}
      />
    </div>
  );
}

/** What a fixed number starts with: what automatic finds on a common line. */
const firstConcurrency = 8;

function Concurrency({ concurrency }: { concurrency: number | null }) {
  return (
    <>
      <RadioGroup
        label={words.speed.concurrency}
        description={words.speed.concurrencyHint}
        choices={[
          { id: 'automatic', label: words.speed.automatic },
          { id: 'fixed', label: words.speed.fixed },
        ]}
        value={concurrency === null ? 'automatic' : 'fixed'}
        onChange={(chosen) => change({ concurrency: chosen === 'fixed' ? firstConcurrency : null })}
      />
      {concurrency !== null && (
        <Indented>
          <div className="setting-number">
            <NumberField
              label={words.speed.count}
              value={concurrency}
              onChange={(count) => {
                if (Number.isInteger(count)) change({ concurrency: count });
              }}
              minValue={1}
              maxValue={64}
              formatOptions={{ maximumFractionDigits: 0 }}
            />
          </div>
        </Indented>
      )}
    </>
  );
}
