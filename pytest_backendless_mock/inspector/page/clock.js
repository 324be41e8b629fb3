// The mock's time, and the buttons that move it; each says before it is pressed what that would bring.
import { html, useEffect, useState } from './vendor/preact-htm.js';
import { own, post, useAnswer } from './api.js';
import { countOf, dayOf, stampOf, timeOf } from './format.js';
import { lookAgain } from './live.js';
import { change, doing, state } from './store.js';

const MOVES = [
  ['+1 min', 'advance', { by: '1m' }],
  ['+1 h', 'advance', { by: '1h' }],
  ['+1 d', 'advance', { by: '1d' }],
  ['Next delivery', 'next', {}],
];

const move = (way, body) => doing(async () => {
  const { now, deliveries } = await post(own(`clock/${way}`), body);
  lookAgain();
  return `${stampOf(now)}: ${countOf(deliveries.length, 'message')} delivered`;
});

const hold = doing(async () => {
  const { frozen } = await post(own(`clock/${state.app.clock.frozen ? 'unfreeze' : 'freeze'}`));
  lookAgain();
  return frozen ? 'Clock frozen' : 'Clock running';
});

export function Clock() {
  const { frozen, nowMs } = state.app.clock;
  useEffect(() => {
    const timer = setInterval(() => frozen || change({}), 1000);
    return () => clearInterval(timer);
  }, [frozen]);
  const now = new Date(nowMs + (frozen ? 0 : Date.now() - state.readAt)).toISOString();
  return html`<section class="clock" aria-label="Clock">
    <p><time datetime=${now}>${timeOf(frozen ? now : now.slice(0, 19))} <small>${dayOf(now)} UTC, ${frozen ? 'frozen' : 'running'}</small></time>
      <button class="small" onClick=${hold}>${frozen ? 'Unfreeze' : 'Freeze'}</button></p>
    ${MOVES.map(([text, way, body]) => html`<${Move} key=${text} ...${{ text, way, body }} />`)}
    <${MoveTo} />
  </section>`;
}

/** What a move would bring; where nothing is to come nobody need be asked. */
function useAhead(query) {
  const { app: { clock }, beat, total } = state;
  const version = [clock.frozen ? clock.now : beat >> 2, clock.pending, clock.nextAt, total].join();
  const { value, error } = useAnswer(clock.pending && query && own(`clock/ahead?${new URLSearchParams(query)}`), version);
  return error?.message ?? value?.text ?? (clock.pending ? '…' : 'nothing is due');
}

function Move({ text, way, body }) {
  return html`<button class="move" onClick=${move(way, body)}><b>${text}</b> <small>${useAhead(body.by ? body : { next: true })}</small></button>`;
}

function MoveTo() {
  const [to, setTo] = useState('');
  const ahead = useAhead(to && { to });
  return html`<form class="move" onSubmit=${move('move-to', { to })}>
    <label>To <input type="datetime-local" step="1" required onInput=${({ target }) => setTo(target.value && `${target.value}Z`)} /></label>
    <button>Go</button> <small>${to ? ahead : 'a time in UTC'}</small>
  </form>`;
}
