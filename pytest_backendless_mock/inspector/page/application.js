// The application as a whole: what clients are given, its verdict, its state, a new beginning, another one.
import { html, useState } from './vendor/preact-htm.js';
import { go } from './address.js';
import { ask, own, post } from './api.js';
import { lookAgain } from './live.js';
import { Block, Facts } from './parts.js';
import { doing, state } from './store.js';

export function Application() {
  const { app } = state;
  const file = app.label.replace(/\W+/g, '-');
  return html`
    <h1>Application</h1>
    <${Facts} of=${app} without=${['apiKeys', 'env', 'clock', 'epoch', 'eventsBefore']} />
    <${Block} title="Environment" text=${Object.entries(app.env).map((pair) => pair.join('=')).join('\n')} />
    <${Verdict} />
    <h2>State</h2>
    <p class="buttons"><a class="button" href=${own('state')} download=${`${file}.json`}>Save state</a>
      <label class="button">Load state <input type="file" onChange=${load} /></label>
      <a class="button" href=${own('har')} download=${`${file}.har`}>Save requests as HAR</a></p>
    <h2>Reset</h2>
    <p class="buttons"><button onClick=${reset}>Reset</button>${app.label !== 'default' && html`<button onClick=${remove}>Delete the application</button>`}</p>
    <h2>New application</h2>
    <form class="buttons" onSubmit=${make}>
      <label>Label <input name="label" required /></label>
      <label>Freeze its clock at (UTC) <input name="freeze" type="datetime-local" step="1" /></label>
      <button>Create</button>
    </form>`;
}

function Verdict() {
  const [verdict, setVerdict] = useState(null);
  const judge = doing(async () => {
    setVerdict(await post(own('verify')).catch((error) => {
      if (error.answer?.problems) return error.answer; // which is no refusal
      throw error;
    }));
  });
  return html`<h2>Verdict</h2>
    <p><button onClick=${judge}>Verify</button></p>
    ${verdict && html`<div role="status"><b class=${verdict.ok ? 'good' : 'bad'}>${verdict.ok ? 'A test would pass' : 'A test would fail'}</b>
      <ul>${[...verdict.problems, ...verdict.hints].map((text) => html`<li>${text}</li>`)}</ul></div>
      <${Block} title="Report" text=${verdict.report} />`}`;
}

const load = doing(async ({ target }) => {
  const [file] = target.files;
  target.value = ''; // so that the same file can be chosen again
  const body = JSON.parse(await file.text());
  await ask(own('state'), { method: 'PUT', body });
  lookAgain();
  return `Loaded ${file.name}`;
});

const reset = doing(async () => {
  if (!confirm('Reset the application? Everything in it will be lost.')) return undefined;
  await post(own('reset'));
  lookAgain();
  return 'The application is reset';
});

const remove = doing(async () => {
  if (!confirm('Delete the application and everything in it?')) return;
  await ask(own(''), { method: 'DELETE' });
  go({ app: 'default', view: 'timeline' });
});

const make = doing(async ({ target }) => {
  const { label, freeze } = Object.fromEntries(new FormData(target));
  const { appId } = await post('../apps', { label, ...(freeze && { freeze: `${freeze}Z` }) });
  go({ app: appId, view: 'timeline' });
});
