import { placeName } from '../../../shared/connection-kind.ts';
import { Select } from '../../components/index.ts';
import { useConnections } from '../../stores/connections.ts';

export interface ConnectionChoiceProps {
  label: string;
  placeholder: string;
  /** null: none was chosen */
  value: number | null;
  onChange: (id: number) => void;
  description?: string;
  error?: string | null;
  autoFocus?: boolean;
}

/** One of this computer's connections; one that is gone is none. */
export function ConnectionChoice({ value, onChange, ...rest }: ConnectionChoiceProps) {
  const list = useConnections((state) => state.list) ?? [];
  return (
    <Select
      {...rest}
      options={list.map(({ id, name, config }) => ({ id: String(id), label: name, hint: placeName(config) }))}
      value={list.some(({ id }) => id === value) ? String(value) : null}
      onChange={(id) => onChange(Number(id))}
    />
  );
}
