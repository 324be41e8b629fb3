// The address names application, view, filter and what is open: `#/default/timeline?channel=news&open=event-3`.
import { change, state } from './store.js';

const QUERY = ['channel', 'kind', 'text', 'open'];

/** The address that differs from the present one by what is given; elsewhere nothing is filtered or open yet. */
export function hrefOf({ app = state.address.app, view = state.address.view, ...given }) {
  const { filter, open } = state.address;
  const isHere = app === state.address.app && view === state.address.view;
  const wanted = { ...(isHere && { ...filter, open }), ...given };
  const query = new URLSearchParams(QUERY.filter((name) => wanted[name]).map((name) => [name, wanted[name]]));
  return `#/${encodeURIComponent(app)}/${view}${query.size ? `?${query}` : ''}`;
}

export const go = (there) => { location.hash = hrefOf(there); };

/** Goes there without another entry in the history, as while somebody types. */
export function goOn(there) {
  history.replaceState(null, '', hrefOf(there));
  readAddress();
}

function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // typed by hand
  }
}

/** Takes the address into the state. */
export function readAddress() {
  const [path, query] = location.hash.slice(1).split('?');
  const [, app, view] = path.split('/');
  const given = new URLSearchParams(query);
  const { open, ...filter } = Object.fromEntries(QUERY.map((name) => [name, given.get(name) ?? '']));
  change({ address: { app: decoded(app || 'default'), view: view || 'timeline', filter, open } });
}
