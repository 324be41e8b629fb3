// What phones and mailboxes would have shown: by device, and the e-mails.
import { html } from './vendor/preact-htm.js';
import { Shown } from './detail.js';
import { Teach } from './empty.js';
import { has, stampOf } from './format.js';
import { Filters, NoMatch, toggle } from './parts.js';
import { state } from './store.js';

export function Outbox() {
  const { outbox, address: { filter } } = state;
  const shown = outbox.filter((record) => has(record, filter.text)).reverse();
  const piles = Object.entries(Object.groupBy(shown, ({ device }) => (device === undefined ? 'E-mails' : `To ${device}`)));
  return html`
    <h1>Outbox</h1>
    <${Filters} />
    ${!outbox.length && html`<${Teach} about="push" /><${Teach} about="email" />`}
    <${NoMatch} of=${outbox} shown=${shown} />
    <div class="piles">${piles.map(([title, records]) => html`<section key=${title} aria-label=${title}>
      <h2>${title} <small>${records.length}</small></h2>
      ${records.map((record) => html`<${Piece} key=${record.number} ...${record} />`)}
    </section>`)}</div>`;
}

function Piece(record) {
  const { number, at, device, data, to, html: page } = record;
  const id = `sent-${number}`;
  return html`<button class="piece" data-id=${id} aria-expanded=${String(state.address.open === id)} onClick=${() => toggle(id)}>
    <small>${stampOf(at)}</small>
    ${device === undefined
      ? html`<span class="phone"><small>${page ? 'HTML' : 'text'}</small><strong>${data ?? 'no subject'}</strong><span>to ${to.join(', ')}</span></span>`
      : html`<${Shown} ...${record} />`}
  </button>`;
}
