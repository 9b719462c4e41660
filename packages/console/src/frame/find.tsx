import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { type RegisteredRouter, useNavigate, useSearch } from '@tanstack/react-router';
import { type FormEvent, type KeyboardEvent, useState } from 'react';
import { useConsole } from '../console.tsx';
import { withSearch } from '../search.ts';
import { useWords } from '../words/words.tsx';
import { askedOf, found, isWholeCard } from './find.core.ts';
import { readIndex } from './find-index.ts';
import { type Choice, choicesOf } from './find-choices.core.ts';
import { icons } from './icons.tsx';
import { useScopes } from './use-session.ts';

export const searchFieldId = 'search-field';
const listId = 'search-results';
const keptMs = 600_000;

type DeviceSearch = ReturnType<typeof useSearch<RegisteredRouter, '/app/devices'>>;

/** Finds devices, places, records and alarms; arrows choose, Enter goes there. Without a choice Enter filters the list of devices. */
export function Find() {
  const t = useWords();
  const filter = useSearch({ from: '/app/devices', shouldThrow: false }) ?? {};
  const asked = filter.q ?? '';
  const [text, setText] = useState({ asked, value: asked });
  if (text.asked !== asked) setText({ asked, value: asked });
  const [isOpen, setOpen] = useState(false);
  const [chosen, setChosen] = useState(0);
  const choices = useChoices(text.value, isOpen);
  const go = useGo(filter);
  const shown = isOpen && choices.length > 0;
  const close = (field: HTMLInputElement | null): void => {
    setOpen(false);
    setChosen(0);
    field?.blur();
  };
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    // a card's whole number is searched for among the records, and never stands in an address
    if (isWholeCard(text.value)) return;
    go(choices[shown ? chosen : 0] ?? { kind: 'devices', text: text.value.trim() });
    close(document.activeElement instanceof HTMLInputElement ? document.activeElement : null);
  };
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>): void => {
    if (event.key === 'Escape') close(event.currentTarget);
    if (!shown || (event.key !== 'ArrowDown' && event.key !== 'ArrowUp')) return;
    event.preventDefault();
    setChosen((chosen + (event.key === 'ArrowDown' ? 1 : choices.length - 1)) % choices.length);
  };
  return (
    <form className="search" role="search" onSubmit={submit}>
      {icons.search}
      <input
        id={searchFieldId}
        type="search"
        role="combobox"
        autoComplete="off"
        maxLength={64}
        value={text.value}
        placeholder={t('find.placeholder')}
        aria-label={t('find.label')}
        aria-expanded={shown}
        aria-controls={listId}
        aria-autocomplete="list"
        aria-activedescendant={shown ? `${listId}-${chosen}` : undefined}
        onFocus={() => setOpen(true)}
        onBlur={() => setOpen(false)}
        onChange={(event) => {
          setText({ asked, value: event.target.value });
          setChosen(0);
          setOpen(true);
        }}
        onKeyDown={onKeyDown}
      />
      <kbd aria-hidden="true">/</kbd>
      <ul id={listId} role="listbox" aria-label={t('find.results')} className="search-list" hidden={!shown}>
        {choices.map((choice, n) => (
          <li
            key={keyOf(choice)}
            id={`${listId}-${n}`}
            role="option"
            aria-selected={n === chosen}
            onPointerDown={(event) => {
              event.preventDefault();
              go(choice);
              setOpen(false);
            }}
          >
            <ChoiceLine choice={choice} />
          </li>
        ))}
      </ul>
    </form>
  );
}

const keyOf = (choice: Choice): string => (choice.kind === 'item' ? `${choice.item.kind} ${choice.item.id}` : choice.kind);

function useChoices(typed: string, isOpen: boolean): readonly Choice[] {
  const { client } = useConsole();
  const scopes = useScopes();
  const asked = askedOf(typed);
  const withPlaces = scopes.includes('watch:read');
  const index = useQuery({
    queryKey: ['findIndex', withPlaces],
    queryFn: ({ signal }) => readIndex(client, withPlaces, signal),
    enabled: isOpen,
    staleTime: keptMs,
    placeholderData: keepPreviousData,
  });
  if (asked.text === '' || isWholeCard(asked.text)) return [];
  return choicesOf(asked, found(index.data ?? [], asked), scopes);
}

function ChoiceLine({ choice }: { readonly choice: Choice }) {
  const t = useWords();
  switch (choice.kind) {
    case 'item':
      return (
        <>
          <span>{choice.item.name}</span>
          <span className="meta">
            {t(choice.item.kind === 'place' ? 'find.places' : 'find.devices')}{' '}
            {choice.item.kind === 'place' ? choice.item.note : choice.item.id}
          </span>
        </>
      );
    case 'devices':
      return t('find.inDevices', { q: choice.text });
    case 'tail':
      return t('find.byTail', { tail: choice.tail });
    case 'recordNo':
      return t('find.byRecordNo', { no: choice.recordNo });
    case 'alarm':
      return t('find.byAlarm', { id: choice.alarmId.slice(0, 8) });
    default:
      return choice satisfies never;
  }
}

/** Goes where the choice is. `filter`: of the list of devices, when that is what stands open. */
function useGo(filter: DeviceSearch): (choice: Choice) => void {
  const navigate = useNavigate();
  return (choice) => {
    switch (choice.kind) {
      case 'item':
        if (choice.item.kind === 'device')
          return void navigate({ to: '/devices/$deviceId', params: { deviceId: choice.item.id } });
        return void navigate({ to: '/devices', search: placeSearch(choice.item.id) });
      case 'devices':
        return void navigate({
          to: '/devices',
          search: withSearch<DeviceSearch>(filter, { q: choice.text === '' ? undefined : choice.text }),
        });
      case 'tail':
        return void navigate({ to: '/records', search: { tail: choice.tail } });
      case 'recordNo':
        return void navigate({ to: '/records', search: { recordNo: choice.recordNo } });
      case 'alarm':
        return void navigate({ to: '/alarms/$alarmId', params: { alarmId: choice.alarmId } });
      default:
        return choice satisfies never;
    }
  };
}

/** A campus by itself, an area within its campus, a building by its name. */
function placeSearch(way: string): DeviceSearch {
  const [campus = '', building, area] = way.split('/');
  if (building === undefined) return { campus };
  return area === undefined ? { campus, q: building } : { campus, area };
}
