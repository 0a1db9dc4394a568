import { ArrowDown, ArrowUp, ListFilter } from 'lucide-react';
import { useEffect, useRef, useState, type RefObject } from 'react';
import { isS3Config, placeName } from '../../../../shared/connection-kind.ts';
import type { Destination } from '../../../../shared/destination.ts';
import { normalPrefix } from '../../../../shared/key-template/index.ts';
import { sorting } from '../../../../shared/strings/sorting.ts';
import { uploads } from '../../../../shared/strings/uploads.ts';
import { Checkbox, IconButton } from '../../../components/index.ts';
import { RuleEditor } from '../../../sorting/rule-editor.tsx';
import { rulesWords } from '../../../sorting/rules.ts';
import { announce } from '../../../stores/announcer.ts';
import { chosenOf, moved, rulesOf, toggled, withRules, type Chosen } from './draft.ts';
import type { WhereToProps } from './where-to.tsx';

const words = uploads.offer.destinations;

/** All destinations: the chosen ones first, in their order and with their rules. */
export function DestinationChoice({ draft, set, connections, destinations }: WhereToProps) {
  const [open, setOpen] = useState<number | null>(null);
  const list = useRef<HTMLUListElement>(null);
  const focus = useFocusAfterMove(list);
  const chosen = chosenOf(draft, destinations);
  const others = destinations.filter(({ id }) => !chosen.some(({ destination }) => destination.id === id));
  const rows = [...chosen, ...others.map((destination) => ({ chosen: null, destination }))];
  const placeOf = ({ connectionId, rules }: Destination) => {
    const config = connections.find(({ id }) => id === connectionId)?.config;
    if (config !== undefined && !isS3Config(config)) return placeName(config);
    return words.place(config === undefined ? '' : placeName(config), normalPrefix(rules.prefix) + rules.keyTemplate);
  };
  const toggle = (id: number) => {
    set({ chosen: toggled(draft.chosen, id) });
    focus(id, 'input');
  };
  const move = ({ id, rules }: Destination, step: -1 | 1) => {
    const next = moved(draft.chosen, id, step);
    set({ chosen: next });
    focus(id, `[data-step="${step}"]:enabled, [data-step]:enabled`);
    announce(words.moved(rules.name, next.findIndex(({ destinationId }) => destinationId === id) + 1));
  };
  return (
    <div className="offer-destinations" role="group" aria-label={words.label}>
      {chosen.length !== 1 && <p className="muted small">{chosen.length === 0 ? words.none : words.several}</p>}
      <ul className="offer-rows" ref={list}>
        {rows.map(({ chosen: one, destination }, at) => (
          <li
            key={destination.id}
            className="offer-row"
            data-destination={destination.id}
            data-chosen={one === null ? undefined : true}
          >
            <Choice
              {...{ destination, place: placeOf(destination), isChosen: one !== null }}
              onToggle={() => toggle(destination.id)}
            />
            {one !== null && (
              <ChosenTools
                {...{ one, destination }}
                position={chosen.length === 1 ? null : { first: at === 0, last: at === chosen.length - 1 }}
                isOpen={open === destination.id}
                onOpen={() => setOpen(open === destination.id ? null : destination.id)}
                onMove={(step) => move(destination, step)}
                onRules={(rules) => set({ chosen: withRules(draft.chosen, destination.id, rules) })}
              />
            )}
          </li>
        ))}
      </ul>
    </div>
  );
}

/** A row that moves takes the focus with it: what the browser takes out of the page and puts in elsewhere loses it. */
function useFocusAfterMove(list: RefObject<HTMLElement | null>): (destinationId: number, what: string) => void {
  const wanted = useRef<{ destinationId: number; what: string } | null>(null);
  useEffect(() => {
    if (wanted.current === null) return;
    const { destinationId, what } = wanted.current;
    wanted.current = null;
    const row = list.current?.querySelector(`[data-destination="${destinationId}"]`);
    const [first] = what.split(',').flatMap((each) => [...(row?.querySelectorAll<HTMLElement>(each) ?? [])]);
    first?.focus();
  });
  return (destinationId, what) => {
    wanted.current = { destinationId, what };
  };
}

interface ChosenToolsProps {
  one: Chosen;
  destination: Destination;
  /** among the chosen; null: it is alone */
  position: { first: boolean; last: boolean } | null;
  isOpen: boolean;
  onOpen: () => void;
  onMove: (step: -1 | 1) => void;
  onRules: (rules: Chosen['rules']) => void;
}

/** What it gets, its place among the others, and its rules. */
function ChosenTools({ one, destination, position, isOpen, onOpen, onMove, onRules }: ChosenToolsProps) {
  const { name } = destination.rules;
  const rules = rulesOf(one, destination, position === null);
  const nothing = position === null ? sorting.everything : words.onlyByHand;
  return (
    <>
      <div className="offer-tools">
        <span className="offer-gets small">
          {words.gets} {rulesWords(rules) ?? nothing}
        </span>
        {position !== null && (
          <>
            <IconButton
              size="small"
              icon={ArrowUp}
              label={words.up(name)}
              isDisabled={position.first}
              onPress={() => onMove(-1)}
              data-step="-1"
            />
            <IconButton
              size="small"
              icon={ArrowDown}
              label={words.down(name)}
              isDisabled={position.last}
              onPress={() => onMove(1)}
              data-step="1"
            />
          </>
        )}
        <IconButton
          size="small"
          icon={ListFilter}
          label={sorting.group(name)}
          aria-expanded={isOpen}
          onPress={onOpen}
        />
      </div>
      {isOpen && (
        <RuleEditor
          name={name}
          rules={rules}
          onChange={onRules}
          {...(one.rules === null ? {} : { onReset: () => onRules(null) })}
        />
      )}
    </>
  );
}

interface ChoiceProps {
  destination: Destination;
  /** bucket and key template */
  place: string;
  isChosen: boolean;
  onToggle: () => void;
}

function Choice({ destination, place, isChosen, onToggle }: ChoiceProps) {
  return (
    <div className="offer-name">
      <Checkbox isSelected={isChosen} onChange={onToggle}>
        {destination.rules.name}
      </Checkbox>
      <span className="offer-place small muted truncate" title={place}>
        {place}
      </span>
    </div>
  );
}
