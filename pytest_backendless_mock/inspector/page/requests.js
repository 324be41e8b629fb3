// What came over HTTP, the latest first; what is open stands beside it with body, answer and curl.
import { html } from './vendor/preact-htm.js';
import { Teach } from './empty.js';
import { countOf, has, lineOf, pathOf, timeOf } from './format.js';
import { isUnknown } from './live.js';
import { Filters, Row, Rows } from './parts.js';
import { state } from './store.js';

const KINDS = { answered: { sign: '✓', tone: 'good' }, refused: { sign: '✕', tone: 'bad' }, unknown: { sign: '?', tone: 'bad' } };
const CHOICES = Object.keys(KINDS).map((kind) => [kind, kind]);

function kindOf(request) {
  if (isUnknown(request)) return 'unknown';
  return request.code === null && request.status < 400 && request.status ? 'answered' : 'refused';
}

export function Requests() {
  const { address: { filter }, requests, unknown } = state;
  const shown = requests.filter((each) => (!filter.kind || kindOf(each) === filter.kind) && has(each, filter.text)).reverse();
  const total = requests.at(-1)?.number ?? 0;
  return html`
    <h1>Requests</h1>
    <${Filters} choices=${{ kind: CHOICES }} />
    ${!requests.length ? html`<${Teach} about="publish" />` : html`
      <p class="quiet">${countOf(total, 'request')}${shown.length < total && `, showing ${shown.length}`} ${unknown > 0 && html`<b class="bad">${unknown} unknown to the service</b>`}</p>
      <${Rows} label="Requests, the latest first">${shown.map(line)}</>`}`;
}

function line(request, place) {
  const { number, method, status, code, at, operation, json } = request;
  const kind = kindOf(request);
  const id = `request-${number}`;
  return html`<${Row} key=${id} id=${id} ...${KINDS[kind]} word=${[status, code !== status && code].filter(Boolean).join(' · ') || 'no answer'} time=${timeOf(at)} where=${operation ?? kind}
    what=${`${method} ${pathOf(request)}`} more=${json === null ? '' : lineOf(json)} isOpen=${state.address.open === id} isFirst=${!place} />`;
}
