// The panel beside a list: one record whole, with the request that made it and why each subscription received it or not.
import { html, useEffect, useRef } from './vendor/preact-htm.js';
import { go, hrefOf } from './address.js';
import { ask, own, useAnswer } from './api.js';
import { control, lines } from './empty.js';
import { pathOf } from './format.js';
import { KINDS } from './kind.js';
import { lookAgain } from './live.js';
import { Block, Facts, Headers } from './parts.js';
import { doing, state } from './store.js';

const STUBS = 'POST stubs '; // in front of the stub, where the control API is how to give it
const ELSEWHERE = ['data', 'headers', 'html', 'text', 'values', 'key', 'title', 'subtitle', 'body', 'badge', 'sound']; // told below the facts

/** Closes the panel; who opened it has the keyboard again. */
export function close() {
  document.querySelector(`[data-id="${CSS.escape(state.address.open)}"]`)?.focus();
  go({ open: '' });
}

/** What is to come, as events, the nearest first. */
export const comingEvents = () => state.upcoming.map(
  (record) => ({ id: [record.kind, record.number, record.messageId].join('-'), kind: 'scheduled', at: record.at, record }),
);

/** By what the id of an open record begins with: where the record is, its title, and what is shown of it. */
const SHOWN = {
  event: [(id) => state.events.find((each) => `${each.id}` === id), ({ kind }) => KINDS[kind].word, Event],
  due: [(id) => comingEvents().find((each) => each.id === id), () => 'scheduled', Event],
  request: [(id) => ({ number: id }), ({ number }) => `request ${number}`, Request],
  sent: [(id) => state.outbox.find((each) => `${each.number}` === id), ({ device }) => (device ? `push to ${device}` : 'e-mail'), Sent],
};

export function Detail() {
  const { open } = state.address;
  const heading = useRef(null);
  useEffect(() => heading.current?.focus({ preventScroll: true }), [open]);
  const [what] = open.split('-', 1);
  if (!SHOWN[what]) return null;
  const [find, title, View] = SHOWN[what];
  const record = find(open.slice(what.length + 1));
  return html`<aside class="detail" aria-labelledby="opened">
    <header><h2 id="opened" tabindex="-1" ref=${heading}>${record ? title(record) : 'not found'}</h2><button onClick=${close}>Close</button></header>
    ${record ? html`<${View} key=${open} ...${record} />` : html`<p>This page keeps only the newest records, and this one is not among them.</p>`}
  </aside>`;
}

function Event({ kind, at, record }) {
  const { messageId = '', data, headers, device, what } = record;
  return html`
    <${Facts} of=${{ ...record, at }} without=${ELSEWHERE} />
    <${Block} title="Payload" text=${data} />
    ${device && html`<${Shown} ...${record} />`}
    <${Headers} title="Message headers" of=${headers} />
    ${messageId.startsWith('message:') && html`<${Cancel} id=${messageId} /><${Reasons} id=${messageId} />`}
    ${what && html`<${Near} what=${what} at=${at} />`}
    ${kind === 'emailed' && html`<p><a href=${hrefOf({ view: 'outbox', text: messageId })}>Open in the outbox</a></p>`}`;
}

function Reasons({ id }) {
  const { value, error } = useAnswer(own(`messages/${encodeURIComponent(id)}/reasons`), state.beat);
  if (!value) return html`<p class="quiet">${error?.message}</p>`;
  return html`
    <h3>Who received it</h3>
    ${!value.items.length && html`<p class="quiet">The channel has no subscriptions or listeners.</p>`}
    <ul>${value.items.map(({ kind, id: whose, got, text, selector }) => html`<li key=${whose}>
      <strong class=${got ? 'good' : 'warn'}>${kind} ${got ? 'received it' : 'did not receive it'}:</strong> ${text}
      <br /><code>${whose} ${selector}</code></li>`)}</ul>
    ${value.request && html`<h3>Request</h3><${Request} number=${value.request} />`}`;
}

function Cancel({ id }) {
  const url = own(`messages/${encodeURIComponent(id)}`);
  const { value } = useAnswer(url, state.beat);
  const cancel = doing(async () => {
    await ask(url, { method: 'DELETE' });
    lookAgain();
    return 'Cancelled';
  });
  return value?.status === 'scheduled' && html`<button onClick=${cancel}>Cancel remaining deliveries</button>`;
}

/** The request that a refusal names by method and path: the last of them that was not later. */
function Near({ what, at }) {
  const found = state.requests.findLast((each) => what === `${each.method} ${pathOf({ ...each, query: '' })}` && each.at <= at);
  return found && html`<h3>Request</h3><${Request} number=${found.number} />`;
}

function Request({ number }) {
  const { value, error } = useAnswer(own(`requests/${number}`));
  if (!value) return html`<p class="quiet">${error?.message}</p>`;
  const { at, method, operation, status, code, headers, body, bodyComment, answer, nearest, stub, curl } = value;
  return html`
    <p class="path"><strong>${method}</strong> ${pathOf(value)}</p>
    <${Facts} of=${{ at, operation, status, code }} />
    ${nearest && html`<p class="note bad">${nearest}</p>`}
    <${Block} title="Stub to answer it" text=${stub?.startsWith(STUBS) ? lines(control('stubs'), stub.slice(STUBS.length)).curl : stub} />
    <${Block} title="Request body" text=${body ?? bodyComment} />
    ${answer && html`<${Block} title=${`Answer ${answer.status}`} text=${answer.body || answer.comment} />`}
    <${Block} title="curl command" text=${curl} />
    <${Headers} title="Request headers" of=${headers} />
    <${Headers} title="Answer headers" of=${answer?.headers} />`;
}

/** What a device shows of a push. */
export const Shown = ({ os, title, subtitle, body, badge, sound }) => html`<span class="phone">
  <small>${os}</small> ${badge !== null && html`<b class="badge">badge ${badge}</b>`}
  <strong>${title}</strong><span>${subtitle}</span><span>${body ?? (title === null && 'shows nothing')}</span>
  ${sound !== null && html`<small>♪ ${sound}</small>`}
</span>`;

function Sent(record) {
  const { device, number, data, headers, text, html: page, values, messageId } = record;
  return html`
    ${device && html`<${Shown} ...${record} />`}
    <${Facts} of=${record} without=${ELSEWHERE} />
    <${Block} title=${device ? 'Message' : 'Subject'} text=${data} />
    <${Headers} title="Message headers" of=${headers} />
    <${Headers} title="Template values" of=${values} />
    ${page && html`<iframe sandbox="" title=${`E-mail: ${data}`} src=${own(`outbox/${number}/html`)}></iframe>`}
    <${Block} title="Text" text=${text} /><${Block} title="HTML" text=${page} />
    ${device && html`<${Reasons} id=${messageId} />`}`;
}
