// What there is, in tables: lists of the control API, and what fills them.
import { html } from './vendor/preact-htm.js';
import { ask, own, useAnswer } from './api.js';
import { Teach } from './empty.js';
import { has } from './format.js';
import { lookAgain, MOST } from './live.js';
import { Filters, NoMatch, Table } from './parts.js';
import { doing, state } from './store.js';

/** The views; each shows the list of its name. */
export const TABLES = ['channels', 'subscriptions', 'listeners', 'devices', 'users', 'faults'];
const BELOW = { faults: ['stubs', 'outages'] };
const ENDED = ['faults', 'stubs']; // one by one

export const Tables = ({ view, title }) => html`
  <h1>${title}</h1>
  <${Filters} />
  ${[view, ...BELOW[view] ?? []].map((list) => html`<${List} key=${list} list=${list} isFirst=${list === view} />`)}`;

function List({ list, isFirst }) {
  const { value, error } = useAnswer(own(list), state.beat);
  if (!value) return html`<p class="quiet">${error?.message}</p>`;
  const records = value.items.filter((record) => has(record, state.address.filter.text)).slice(-MOST);
  if (!value.items.length) return isFirst && html`<${Teach} about=${list} />`;
  const shown = list === 'channels' ? records.map(({ name, ...rest }) => ({ channel: name, ...rest })) : records;
  return html`${!isFirst && html`<h2>${list}</h2>`}<${NoMatch} of=${value.items} shown=${records} />
    ${records.length > 0 && html`<${Table} label=${list} records=${shown} action=${ENDED.includes(list) && endButton(list)} />`}`;
}

const endButton = (list) => ({ id }) => html`<button class="small" aria-label=${`End ${list} ${id}`} onClick=${doing(async () => {
  await ask(own(`${list}/${id}`), { method: 'DELETE' });
  lookAgain();
  return 'Ended';
})}>End</button>`;
