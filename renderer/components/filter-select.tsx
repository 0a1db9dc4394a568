import { Check, ChevronDown, type LucideIcon } from 'lucide-react';
import {
  Autocomplete,
  Button,
  ListBox,
  ListBoxItem,
  ListLayout,
  Popover,
  Select,
  SelectValue,
  Text,
  useFilter,
  Virtualizer,
} from 'react-aria-components';
import { SearchField } from './fields.tsx';
import { Icon } from './icon.tsx';

export interface FilterOption<Id extends string> {
  id: Id;
  label: string;
  /** a second line */
  hint?: string;
  icon?: LucideIcon;
}

export interface FilterSelectProps<Id extends string> {
  /** what is filtered by */
  label: string;
  options: readonly FilterOption<Id>[];
  /** what is chosen; none: everything is shown */
  value: readonly Id[];
  onChange: (value: Id[]) => void;
  /** the choice that takes the filter away; without it several can be chosen, and each be taken out again */
  any?: string;
  /** always just one is chosen, and it is no filter but a place */
  isOne?: boolean;
  /** what the chosen ones are called together, in place of the label */
  chosen?: string;
  /** Of long lists: a field above it finds some. */
  search?: { label: string; nothing: string };
}

const anyId = '';

/**
 * A filter of a list: it says what it is set to, and opens the choices. Imported from this file and not from index.ts: what it draws
 * long lists with is not for the first chunk.
 */
export function FilterSelect<Id extends string>(props: FilterSelectProps<Id>) {
  const { label, options, value, onChange, any, isOne = false, chosen, search } = props;
  const pick = (ids: readonly unknown[]) => onChange(options.filter(({ id }) => ids.includes(id)).map(({ id }) => id));
  const choosing =
    any === undefined && !isOne
      ? { selectionMode: 'multiple' as const, value, onChange: (ids: unknown) => pick(Array.isArray(ids) ? ids : []) }
      : { selectionMode: 'single' as const, value: value[0] ?? anyId, onChange: (id: unknown) => pick([id]) };
  const shown = any === undefined ? options : [{ id: anyId, label: any }, ...options];
  return (
    <Select<object, 'single' | 'multiple'> aria-label={label} className="filter" {...choosing}>
      <Button className="chip filter-button" data-selected={(value.length > 0 && !isOne) || undefined}>
        <SelectValue className="filter-value truncate">{value.length === 0 ? label : (chosen ?? label)}</SelectValue>
        <Icon of={ChevronDown} size={14} />
      </Button>
      {search === undefined ? (
        <Popover className="popover" offset={4}>
          <Options options={shown} />
        </Popover>
      ) : (
        <Popover className="popover filter-popover" offset={4}>
          <FoundOptions options={shown} search={search} />
        </Popover>
      )}
    </Select>
  );
}

interface OptionsProps {
  options: readonly FilterOption<string>[];
}

function Options({ options }: OptionsProps) {
  return (
    <ListBox className="options" items={options}>
      {(option) => <Option option={option} />}
    </ListBox>
  );
}

/** px: only those that are seen exist */
const layout = { rowHeight: 48, padding: 4 };

function FoundOptions({ options, search }: OptionsProps & Required<Pick<FilterSelectProps<string>, 'search'>>) {
  const { contains } = useFilter({ sensitivity: 'base' });
  return (
    <Autocomplete filter={contains}>
      <SearchField label={search.label} ofList autoFocus />
      <Virtualizer layout={ListLayout} layoutOptions={layout}>
        <ListBox
          className="options options-long"
          items={options}
          renderEmptyState={() => <p className="filter-nothing muted">{search.nothing}</p>}
        >
          {(option) => <Option option={option} />}
        </ListBox>
      </Virtualizer>
    </Autocomplete>
  );
}

function Option({ option: { id, label, hint, icon } }: { option: FilterOption<string> }) {
  return (
    <ListBoxItem id={id} textValue={label} className="option">
      <span className="option-mark row">
        <Icon of={Check} size={14} />
      </span>
      <Text slot="label" className="filter-option">
        {icon !== undefined && <Icon of={icon} size={14} />}
        <span className="truncate">{label}</span>
        {hint !== undefined && <span className="small muted truncate">{hint}</span>}
      </Text>
    </ListBoxItem>
  );
}
