// Past, now and what is to come in one picture: by channel above, and below line by line, the latest first.
import { html, useState } from './vendor/preact-htm.js';
import { comingEvents } from './detail.js';
import { Teach } from './empty.js';
import { countOf, dayOf, stampOf, timeOf } from './format.js';
import { channelOf, fits, KINDS } from './kind.js';
import { Lanes } from './lanes.js';
import { MOST } from './live.js';
import { Filters, Row, Rows } from './parts.js';
import { state } from './store.js';

const NEAREST = 5;
const CHOICES = Object.entries(KINDS).map(([kind, { word }]) => [kind, word]);

export function Timeline() {
  const { address: { filter }, total, app } = state;
  const past = state.events.slice(-MOST);
  const coming = comingEvents();
  const channels = [...new Set([...past, ...coming].map(channelOf))].filter(Boolean).sort();
  const shown = past.filter((event) => fits(event, filter));
  const ahead = coming.filter((event) => fits(event, filter));
  const [areAll, showAll] = useState(false);
  const listed = areAll || filter.kind ? ahead : ahead.slice(0, NEAREST);
  const isEmpty = !past.length && !coming.length;
  return html`
    <h1>Timeline</h1>
    <${Filters} choices=${{ channel: channels.map((name) => [name, name]), kind: CHOICES }} />
    ${isEmpty ? html`<${Teach} about="publish" />` : html`
      <${Lanes} past=${shown} coming=${ahead} />
      <p class="quiet">${countOf(total, 'event')}${shown.length < total && `, showing ${shown.length}`}
        ${ahead.length > listed.length && html` <button class="small" onClick=${() => showAll(true)}>Show ${ahead.length - listed.length} more scheduled</button>`}</p>
      <${Rows} label="Timeline, the latest first">${[
        ...lines(listed.toReversed(), ''),
        html`<li class="now" key="now"><b>now</b> ${stampOf(app.clock.now)}</li>`,
        ...lines(shown.reverse(), dayOf(app.clock.now), listed.length),
      ]}</>`}`;
}

/** Events as rows, with each day that is another one above its first. */
function lines(events, today, above) {
  let day = today;
  return events.flatMap((event, place) => {
    const row = line(event, !above && !place);
    if (dayOf(event.at) === day) return [row];
    day = dayOf(event.at);
    return [html`<li class="day" key=${`${day} ${event.kind === 'scheduled'}`}>${day}</li>`, row];
  });
}

function line(event, isFirst) {
  const id = `${event.kind === 'scheduled' ? 'due' : 'event'}-${event.id}`;
  const { tell, ...mark } = KINDS[event.kind];
  const [what, more] = tell(event.record);
  return html`<${Row} key=${id} ...${{ id, ...mark, what, more, isFirst }} time=${timeOf(event.at)} where=${channelOf(event)} isOpen=${state.address.open === id} />`;
}
