// The picture by channel: a lane for each, a column for each second, and now between what was and what is due.
import { html } from './vendor/preact-htm.js';
import { dayOf } from './format.js';
import { channelOf, KINDS } from './kind.js';
import { state } from './store.js';

const COLUMNS = 20;
const LANES = 8;
/** The kinds that are marked, the most telling first. */
const MARKED = ['refused', 'failed', 'push_failed', 'faulted', 'pushed', 'emailed', 'delivered', 'scheduled', 'cancelled', 'accepted'];

const secondOf = ({ at }) => at.slice(0, 19);
const secondsOf = (events) => [...new Set(events.map(secondOf))].sort();

/** The picture of these events; a third of the columns is for what is to come. */
export function Lanes({ past, coming }) {
  const told = past.filter(({ kind }) => MARKED.includes(kind));
  const [before, after] = [secondsOf(told), secondsOf(coming)];
  const ahead = after.slice(0, Math.max(COLUMNS / 3, COLUMNS - before.length));
  const columns = [...before.slice(ahead.length - COLUMNS), 'now', ...ahead];
  const names = [...new Set([...told, ...coming].filter((event) => columns.includes(secondOf(event))).map(channelOf))].sort();
  const cells = Object.groupBy([...told, ...coming], (event) => `${secondOf(event)} ${channelOf(event)}`);
  return names.length > 0 && html`<div class="scroll lanes" role="region" tabindex="0" aria-label="Picture by channel"><table>
    <thead><tr><td></td>${columns.map((second, place) => html`<th scope="col" class=${second}>${labelOf(second, columns[place - 1])}</th>`)}</tr></thead>
    <tbody>${names.slice(0, LANES).map((name) => html`<tr><th scope="row">${name || 'no channel'}</th>${columns.map((second) => html`<td class=${second}>${marksOf(cells[`${second} ${name}`] ?? [])}</td>`)}</tr>`)}</tbody>
  </table></div>
  ${names.length > LANES && html`<p class="quiet">and ${names.length - LANES} more channels</p>`}`;
}

/** The day only where it is another one, and the seconds only where the minute is the same. */
function labelOf(second, before = '') {
  if (second === 'now') return second;
  const last = before === 'now' ? state.app.clock.now : before;
  if (dayOf(second) !== dayOf(last)) return html`<small>${second.slice(5, 10)}</small> ${second.slice(11, 16)}`;
  return second.slice(11, 16) === last.slice(11, 16) ? second.slice(16) : second.slice(11, 16);
}

function marksOf(events) {
  const kinds = Object.groupBy(events, ({ kind }) => kind);
  return MARKED.filter((kind) => kinds[kind]).slice(0, 3).map((kind) => {
    const { sign, word, tone } = KINDS[kind];
    const { length } = kinds[kind];
    const told = length > 1 ? `${word} ${length} times` : word;
    return html`<span class=${tone} role="img" aria-label=${told} title=${told}>${sign}${length > 1 && html`<sub>${length}</sub>`}</span>`;
  });
}
