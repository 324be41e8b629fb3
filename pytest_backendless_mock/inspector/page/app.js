// The page: what stands around the views, the keys that work everywhere, and how it begins.
import { html, render, useEffect } from './vendor/preact-htm.js';
import { go, hrefOf, readAddress } from './address.js';
import { Application } from './application.js';
import { Clock } from './clock.js';
import { close, Detail } from './detail.js';
import { follow, startOver } from './live.js';
import { Outbox } from './outbox.js';
import { Publish } from './publish.js';
import { Requests } from './requests.js';
import { drawBy, say, state } from './store.js';
import { TABLES, Tables } from './tables.js';
import { Timeline } from './timeline.js';

const VIEWS = {
  timeline: Timeline,
  requests: Requests,
  outbox: Outbox,
  publish: Publish,
  ...Object.fromEntries(TABLES.map((view) => [view, Tables])),
  application: Application,
};
const COUNTS = { timeline: () => state.total, outbox: () => state.outbox.length };
const TROUBLES = {
  lost: 'The mock does not answer. This page reconnects when it does.',
  gone: 'This application does not exist. Choose another one above.',
  locked: 'This mock requires a token. Open the address that backendless-mock serve --open prints. It ends with ?token=…',
};
const titleOf = (view) => view[0].toUpperCase() + view.slice(1);

function Page() {
  const { app, address: { app: id, view: wanted, open } } = state;
  const view = VIEWS[wanted] ? wanted : 'timeline';
  useEffect(() => {
    scrollTo(0, 0);
    document.querySelector('nav [aria-current]').scrollIntoView({ block: 'nearest', inline: 'center' }); // on a phone they are in a strip
  }, [id, view]);
  document.title = `${titleOf(view)} · ${app?.label ?? id} · Backendless mock`;
  return html`
    <a class="skip" href="#main" onClick=${skip}>Skip to the content</a>
    <header class="top">
      <a href=${hrefOf({ view: 'timeline', open: '' })}><img src="icon.svg" alt="" width="22" height="22" /> Backendless mock</a>
      <${Chooser} />
      <small class="state ${state.connection}">${state.connection}</small>
    </header>
    <nav aria-label="Views"><ul>${Object.keys(VIEWS).map((name) => html`<${Link} key=${name} name=${name} isHere=${name === view} />`)}</ul></nav>
    <main id="main" tabindex="-1" class=${open && 'split'}>
      ${app && html`<${Clock} />
        <div><${VIEWS[view]} key=${`${id} ${view}`} view=${view} title=${titleOf(view)} /></div>
        <${Detail} />`}
    </main>
    <${Notices} />`;
}

function Notices() {
  const { said, trouble, connection } = state;
  const wrong = trouble || TROUBLES[connection];
  return html`<div class="notices"><p role="status" class=${said && 'note good'}>${said}</p><p role="alert" class=${wrong && 'note bad'}>${wrong}</p></div>`;
}

function Link({ name, isHere }) {
  const count = COUNTS[name]?.();
  const alarm = name === 'requests' && state.unknown;
  return html`<li><a href=${hrefOf({ view: name, open: '' })} aria-current=${isHere ? 'page' : null}>${titleOf(name)}
    ${count > 0 && html` <small>${count.toLocaleString('en-US')}</small>`}${alarm > 0 && html` <small class="bad">${alarm} unknown</small>`}</a></li>`;
}

function Chooser() {
  const { apps, app, address: { app: id } } = state;
  const chosen = app?.appId ?? id;
  const all = apps.some(({ appId }) => appId === chosen) ? apps : [{ appId: chosen, label: chosen }, ...apps];
  return html`<label>Application <select onChange=${({ target }) => go({ app: target.value, open: '' })}>
    ${all.map(({ appId, label }) => html`<option key=${appId} value=${appId} selected=${appId === chosen}>${label}</option>`)}
  </select></label>`;
}

function skip(event) {
  event.preventDefault(); // the hash is the page's own
  document.getElementById('main').focus();
}

function press(event) {
  if (event.key === 'Escape' && state.address.open) close();
  if (event.key !== '/' || event.target.matches('input, textarea, select')) return;
  event.preventDefault();
  document.querySelector('[type=search]')?.focus();
}

function move() {
  const { app, view } = state.address;
  readAddress();
  const isOther = state.address.app !== app;
  if (isOther || state.address.view !== view) say(); // nothing: it was about what is left behind
  if (isOther) startOver();
}

drawBy(() => render(html`<${Page} />`, document.getElementById('page')));
addEventListener('keydown', press);
addEventListener('hashchange', move);
readAddress();
follow();
