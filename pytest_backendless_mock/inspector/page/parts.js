// What several views are made of: lists that the arrow keys walk, filters, text to copy, tables of records.
import { Component, html } from './vendor/preact-htm.js';
import { go, goOn, hrefOf } from './address.js';
import { blockOf, stampOf } from './format.js';
import { say, state } from './store.js';

/** A line of a list, which opens what its `id` names; drawn again only when something of it is another. */
export class Row extends Component {
  shouldComponentUpdate(next) {
    return Object.keys(next).some((name) => next[name] !== this.props[name]);
  }

  render({ id, time, tone, sign, word, where, what, more, isOpen, isFirst }) {
    return html`<li><button class="row" data-id=${id} tabindex=${isFirst ? 0 : -1} aria-expanded=${String(isOpen)} onClick=${() => toggle(id)}>
      <time>${time}</time><span class="kind ${tone}"><i aria-hidden="true">${sign}</i> ${word}</span>
      <span class="where">${where}</span><span class="what">${what} <span class="quiet">${more}</span></span>
    </button></li>`;
  }
}

/** Opens what an id names, or closes it. */
export const toggle = (id) => go({ open: state.address.open === id ? '' : id });

const STEPS = { ArrowDown: 1, ArrowUp: -1, Home: -Infinity, End: Infinity };

/** Rows as one stop of the Tab key, in which the arrow keys go up and down. */
export const Rows = ({ label, children }) => html`<ol class="rows" aria-label=${label} onKeyDown=${walk}>${children}</ol>`;

function walk(event) {
  const rows = [...event.currentTarget.querySelectorAll('.row')];
  const place = rows.indexOf(event.target) + STEPS[event.key];
  if (Number.isNaN(place)) return;
  event.preventDefault();
  rows[Math.min(Math.max(place, 0), rows.length - 1)].focus();
}

/** What is looked for: a text, and choices as pairs of value and text, by name. */
export function Filters({ choices = {} }) {
  const { filter } = state.address;
  return html`<search class="filters">
    ${Object.entries(choices).map(([name, pairs]) => html`<${Choice} key=${name} ...${{ name, pairs }} />`)}
    <input type="search" aria-label="Text" placeholder="text ( / )" value=${filter.text} onInput=${({ target }) => goOn({ text: target.value })} />
    ${Object.values(filter).some(Boolean) && html`<button onClick=${() => go({ channel: '', kind: '', text: '' })}>Clear filter</button>`}
  </search>`;
}

/** Says that the filter leaves nothing of what there is. */
export const NoMatch = ({ of, shown }) => of.length > 0 && !shown.length && html`<p class="quiet">Nothing matches the filter.</p>`;

function Choice({ name, pairs }) {
  const chosen = state.address.filter[name];
  const all = [['', `every ${name}`], ...pairs];
  if (!all.some(([value]) => value === chosen)) all.push([chosen, chosen]);
  return html`<select aria-label=${name} onChange=${({ target }) => go({ [name]: target.value })}>
    ${all.map(([value, text]) => html`<option key=${value} value=${value} selected=${value === chosen}>${text}</option>`)}
  </select>`;
}

export const Block = ({ title, text }) => Boolean(text || text === 0 || text === false) && html`<figure>
  <figcaption>${title} <button class="small" aria-label=${`Copy: ${title}`} onClick=${copy}>Copy</button></figcaption>
  <pre tabindex="0" role="group" aria-label=${title}>${blockOf(text)}</pre>
</figure>`;

async function copy({ currentTarget }) {
  const block = currentTarget.closest('figure').querySelector('pre');
  getSelection().selectAllChildren(block);
  // Browsers lend the clipboard to pages over https and of this machine alone.
  const isCopied = await navigator.clipboard?.writeText(block.textContent).then(() => true, () => false);
  say(isCopied ? 'Copied' : 'Selected. Press Ctrl+C to copy.');
}

const isInstant = (value) => /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value);
const wordsOf = (name) => name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
const isTold = (value) => value !== null && value !== undefined && value !== '' && value.length !== 0;

export const ChannelLink = ({ name }) => html`<a href=${hrefOf({ view: 'timeline', channel: name, open: '' })}>${name}</a>`;

function written(name, value) {
  if (name === 'channel') return html`<${ChannelLink} name=${value} />`;
  if (Array.isArray(value)) return value.join(', ');
  if (isInstant(value)) return stampOf(value);
  return isTold(value) && typeof value !== 'string' ? JSON.stringify(value) : value;
}

/** Names and values of a record, or of pairs; without those that say nothing, or that are told elsewhere. */
export function Facts({ of, without = [] }) {
  const told = (Array.isArray(of) ? of : Object.entries(of)).filter(([name, value]) => isTold(value) && !without.includes(name));
  return html`<dl>${told.map(([name, value]) => html`<div><dt>${Array.isArray(of) ? name : wordsOf(name)}</dt><dd>${written(name, value)}</dd></div>`)}</dl>`;
}

/** Headers, under their number. */
export function Headers({ title, of }) {
  const pairs = Array.isArray(of) ? of : Object.entries(of ?? {});
  return pairs.length > 0 && html`<details open><summary>${title} (${pairs.length})</summary><${Facts} of=${pairs} /></details>`;
}

/** A table of records, with a column for each member that says something; `action` makes what stands at the end. */
export function Table({ label, records, action }) {
  const names = Object.keys(records[0]).filter((name) => records.some((record) => isTold(record[name])));
  return html`<div class="scroll" role="region" tabindex="0" aria-label=${label}><table>
    <thead><tr>${names.map((name) => html`<th scope="col">${wordsOf(name)}</th>`)}${action && html`<td></td>`}</tr></thead>
    <tbody>${records.map((record) => html`<tr>${names.map((name) => html`<td>${written(name, record[name])}</td>`)}${action && html`<td>${action(record)}</td>`}</tr>`)}</tbody>
  </table></div>`;
}
