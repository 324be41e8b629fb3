// A message by hand: with a schedule, headers and a push policy; and whether a selector would take it.
import { html, useState } from './vendor/preact-htm.js';
import { ask, own, post } from './api.js';
import { lookAgain } from './live.js';
import { doing } from './store.js';

const INSTANT = 'datetime-local';
/** Name, label, an example, type. */
const FIELDS = [
  ['channel', 'Channel', 'default'],
  ['subtopic', 'Subtopic', ''],
  ['publisherId', 'Publisher', ''],
  ['repeatEvery', 'Repeat every', '1h30m'],
  ['repeatExpiresAt', 'Repeat until (UTC)', '', INSTANT],
  ['after', 'Deliver after', '1h30m'],
  ['publishAt', 'or at (UTC)', '', INSTANT],
];
const POLICIES = ['automatic', 'PUBSUB', 'PUSH', 'BOTH'];

/** What a form has, without what was left empty. */
const typed = (form) => Object.fromEntries([...new FormData(form)].filter(([, value]) => value));

/** Lines of `name: value`. */
const headersOf = (text = '') => Object.fromEntries(
  text.split('\n').filter((line) => line.trim()).map((line) => /^([^:]*):?(.*)$/.exec(line).slice(1).map((part) => part.trim())),
);

const publish = doing(async ({ target }) => {
  const { isJson, message = '', headers, after, publishAt, repeatExpiresAt, devices, selector: _, ...body } = typed(target);
  body.message = isJson ? JSON.parse(message) : message;
  body.headers = headersOf(headers);
  if (after) body.publishAt = (await ask(own(`clock/ahead?by=${encodeURIComponent(after)}`))).to;
  if (publishAt) body.publishAt = `${publishAt}Z`;
  if (repeatExpiresAt) body.repeatExpiresAt = `${repeatExpiresAt}Z`;
  if (devices) body.pushSinglecast = devices.split(/[\s,]+/);
  const { messageId } = await post(own('messages'), body);
  lookAgain();
  return `Published: ${messageId}`;
});

export function Publish() {
  const [told, setTold] = useState(null);
  const test = doing(async ({ target: { form } }) => {
    const { selector = '', headers } = typed(form);
    setTold(await post(own('selector'), { selector, headers: headersOf(headers) }));
  });
  return html`
    <h1>Publish</h1>
    <form class="form" onSubmit=${publish}>
      <label class="wide">Message <textarea name="message" rows="3"></textarea></label>
      <label class="wide">Headers, one per line <textarea name="headers" rows="3" placeholder="city: Oslo"></textarea></label>
      ${FIELDS.map(([name, label, example, type]) => html`<label key=${name}>${label} <input name=${name} type=${type} step="1" placeholder=${example} /></label>`)}
      <label>Push <select name="publishPolicy">${POLICIES.map((each, place) => html`<option value=${place ? each : ''}>${each}</option>`)}</select></label>
      <label>Only to these devices <input name="devices" placeholder="ids" /></label>
      <label class="check"><input type="checkbox" name="isJson" /> Message is JSON</label>
      <p class="wide"><button class="main">Publish</button></p>
      <label class="wide">Test a selector against these headers <input name="selector" placeholder="city = 'Oslo' AND temperature > 20" /></label>
      <p class="wide"><button type="button" onClick=${test}>Test the selector</button></p>
      ${told && html`<div class="wide" role="status"><b class=${told.matches ? 'good' : 'warn'}>${told.matches ? 'Matches' : 'Does not match'}</b>
        <ul>${told.reasons.map((reason) => html`<li>${reason}</li>`)}</ul></div>`}
    </form>`;
}
