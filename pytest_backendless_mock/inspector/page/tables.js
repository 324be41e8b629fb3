// What there is, in tables: each view has the lists of the control API that it shows, and what fills the first.
import { html } from './vendor/preact-htm.js';
import { ask, own, useAnswer } from './api.js';
import { Teach } from './empty.js';
import { has } from './format.js';
import { lookAgain, MOST } from './live.js';
import { Filters, Table } from './parts.js';
import { doing, state } from './store.js';

/** By view: its lists. */
export const TABLES = {
  channels: ['channels'],
  subscriptions: ['subscriptions'],
  listeners: ['listeners'],
  devices: ['devices'],
  users: ['users'],
  faults: ['faults', 'stubs', 'outages'],
};
const LESSONS = { channels: 'publish' };
const ENDED = ['faults', 'stubs']; // one by one

/** The view of that name. */
export const Tables = ({ view, title }) => html`
  <h1>${title}</h1>
  <${Filters} />
  ${TABLES[view].map((list, place) => html`<${List} key=${list} list=${list} isFirst=${!place} />`)}`;

function List({ list, isFirst }) {
  const { value, error } = useAnswer(own(list), state.beat);
  if (!value) return html`<p class="quiet">${error?.message}</p>`;
  const records = value.items.filter((record) => has(record, state.address.filter.text)).slice(-MOST);
  if (!value.items.length && isFirst) return html`<${Teach} about=${LESSONS[list] ?? list} />`;
  const shown = list === 'channels' ? records.map(({ name, ...rest }) => ({ channel: name, ...rest })) : records;
  return records.length > 0 && html`<${Table} label=${list} records=${shown} action=${ENDED.includes(list) && endButton(list)} />`;
}

const endButton = (list) => ({ id }) => html`<button class="small" aria-label=${`End ${list} ${id}`} onClick=${doing(async () => {
  await ask(own(`${list}/${id}`), { method: 'DELETE' });
  lookAgain();
  return 'Ended';
})}>End</button>`;
