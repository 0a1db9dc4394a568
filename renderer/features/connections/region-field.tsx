import { Check, ChevronDown } from 'lucide-react';
import {
  Button,
  ComboBox,
  FieldError,
  Group,
  Input,
  Label,
  ListBox,
  ListBoxItem,
  Popover,
  Text,
} from 'react-aria-components';
import type { Provider } from '../../../shared/providers.ts';
import { Icon } from '../../components/index.ts';

export interface RegionFieldProps {
  label: string;
  description: string;
  error: string | null;
  regions: Provider['regions'];
  value: string;
  onChange: (region: string) => void;
  onBlur: () => void;
  autoFocus: boolean;
}

/** A region by its id or its place; one that is not in the list can be typed. */
export function RegionField({
  label,
  description,
  error,
  regions,
  value,
  onChange,
  onBlur,
  autoFocus,
}: RegionFieldProps) {
  const found = matching(regions, value);
  const leave = () => {
    const [only, ...more] = found;
    if (only !== undefined && more.length === 0 && value.trim().length > 2) onChange(only.id);
    onBlur();
  };
  return (
    <ComboBox
      className="field"
      allowsCustomValue
      allowsEmptyCollection={false}
      items={found}
      inputValue={value}
      onInputChange={onChange}
      onBlur={leave}
      isInvalid={error !== null}
      autoFocus={autoFocus}
    >
      <Label className="label">{label}</Label>
      <Group className="input-group" isInvalid={error !== null}>
        <Input spellCheck={false} autoComplete="off" />
        <Button className="button icon-button" data-variant="quiet" data-size="small">
          <Icon of={ChevronDown} size={14} />
        </Button>
      </Group>
      <Text slot="description" className="field-description">
        {description}
      </Text>
      <FieldError className="field-error">{error}</FieldError>
      <Popover className="popover" offset={4}>
        <ListBox className="options">{(region: Provider['regions'][number]) => <RegionOption {...region} />}</ListBox>
      </Popover>
    </ComboBox>
  );
}

function RegionOption({ id, name }: Provider['regions'][number]) {
  return (
    <ListBoxItem id={id} textValue={id} className="option">
      <span className="option-mark row">
        <Icon of={Check} size={14} />
      </span>
      <Text slot="label">{id}</Text>
      <Text slot="description">{name}</Text>
    </ListBoxItem>
  );
}

/** All of them where one is chosen already: the list is opened to choose another. */
function matching(regions: Provider['regions'], text: string): Provider['regions'] {
  const wanted = text.trim().toLowerCase();
  if (wanted === '' || regions.some(({ id }) => id === wanted)) return regions;
  return regions.filter(({ id, name }) => `${id} ${name}`.toLowerCase().includes(wanted));
}
