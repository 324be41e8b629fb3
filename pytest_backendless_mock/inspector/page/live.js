// Keeps the state as the server has it: a stream of events, and a look at everything else once a second.
//
// A browser opens six connections to a host, for all of its tabs: a page that nobody sees holds none.
import { ask, own } from './api.js';
import { KINDS } from './kind.js';
import { change, state } from './store.js';

/** How many rows of a kind are kept: the newest. */
export const MOST = 500;
const AHEAD = 20;
const BREATH = 1000; // milliseconds between two looks
const RUSH = 250; // the same while events come

let source = null;
let places = {}; // from where on the lists are asked for
let isWanted = false;
let isRushing = false;
let endPause = () => {};

/** Looks at once: something was done. */
export function lookAgain() {
  isWanted = true;
  endPause();
}

/** Begins anew: with another application, or one that is not what it was. */
export function startOver() {
  hangUp();
  places = {};
  change({ app: null, events: [], total: 0, requests: [], outbox: [], unknown: 0, upcoming: [], connection: 'connecting' });
  lookAgain();
}

function hangUp() {
  source?.close();
  source = null;
}

function listen() {
  const mine = source = new EventSource(own(`events?after=${state.events.at(-1)?.id ?? 0}&last=${MOST}`));
  mine.onopen = () => change({ connection: 'live' });
  mine.onerror = () => { // not for the browser to open again: the next look finds out whether it is the same server
    mine.close();
    if (source === mine) lost({});
  };
  for (const kind in KINDS) mine.addEventListener(kind, ({ data }) => take(JSON.parse(data)));
}

function take(event) {
  const { events, app } = state;
  events.push(event);
  if (events.length > 2 * MOST) events.splice(0, MOST); // now and then, not each time
  change({ total: event.id - app.eventsBefore });
  if (isRushing) return;
  isRushing = true;
  setTimeout(() => {
    isRushing = false;
    lookAgain();
  }, RUSH);
}

/** What a list has behind a place, and the place behind that. */
async function more(list, after = 0) {
  const { items, next } = await ask(own(`${list}?after=${after}`));
  if (items.length < 1000) return [items, next];
  const [rest, end] = await more(list, next);
  return [[...items, ...rest], end];
}

/** Whether the service does not have what was asked for. */
export const isUnknown = ({ operation, code }) => operation === null && code === 404;

async function look() {
  const before = places;
  if (!state.app || state.beat % 5 === 0) change({ apps: (await ask('../apps')).items }); // there may be hundreds
  const app = await ask(own(''));
  if (before !== places) return; // another application was chosen meanwhile
  if (state.app && state.app.epoch !== app.epoch) startOver();
  const known = places;
  const [[requests, requestsEnd], [outbox, outboxEnd], { items: upcoming }] = await Promise.all(
    [more('requests', known.requests), more('outbox', known.outbox), ask(own(`upcoming?limit=${AHEAD}`))],
  );
  if (known !== places) return;
  places = { requests: requestsEnd, outbox: outboxEnd };
  change({
    app, upcoming,
    readAt: Date.now(),
    requests: [...state.requests, ...requests].slice(-MOST),
    outbox: [...state.outbox, ...outbox].slice(-MOST),
    unknown: state.unknown + requests.filter(isUnknown).length,
    beat: state.beat + 1,
  });
  if (!source && !document.hidden) listen();
}

function lost({ status }) {
  hangUp();
  change({ connection: { 401: 'locked', 404: 'gone' }[status] ?? 'lost' });
}

function pause() {
  return new Promise((resolve) => {
    endPause = resolve;
    setTimeout(resolve, isWanted ? 0 : BREATH);
  });
}

const isSeen = () => new Promise((resolve) => {
  if (document.hidden) document.addEventListener('visibilitychange', resolve, { once: true });
  else resolve();
});

/** Follows the application that the address names, for as long as the page is there. */
export async function follow() {
  document.addEventListener('visibilitychange', () => document.hidden && hangUp());
  for (;;) {
    await isSeen();
    isWanted = false;
    await look().catch(lost);
    await pause();
  }
}
