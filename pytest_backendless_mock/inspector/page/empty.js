// Where there is nothing yet: the lines that would fill it, with this application's own address and ids in them.
import { html } from './vendor/preact-htm.js';
import { Block } from './parts.js';
import { change, state } from './store.js';

/** A POST of a text of JSON in three languages. */
export function lines(url, json) {
  return {
    curl: `curl ${url} \\\n  -H 'Content-Type: application/json' \\\n  -d '${json.replaceAll("'", "'\\''")}'`,
    Python: `import requests\n\nrequests.post("${url}", json=${json})`,
    JavaScript: `await fetch('${url}', {\n  method: 'POST',\n  headers: { 'Content-Type': 'application/json' },\n  body: JSON.stringify(${json}),\n});`,
  };
}

const post = (url, body) => lines(url, JSON.stringify(body));

/** Where a list of the control API is. */
export const control = (list) => new URL(`../apps/${state.app.appId}/${list}`, document.baseURI).href;

/** By what is missing: what is said of it, and the lines that would fill it. */
const LESSONS = {
  publish: ['Nothing yet. Publish a message on the channel news:', ({ url }) => post(`${url}/messaging/news`, { message: 'hello' })],
  subscriptions: ['No subscriptions. Subscribe to the channel news:', ({ url }) => post(`${url}/messaging/news/subscribe`, { selector: "city = 'Oslo'" })],
  listeners: ['No listeners. Point an SDK here to listen in real time:', ({ url, hostUrl, appId, apiKey }) => ({
    curl: `curl ${url}/info  # its rtURL is where an SDK connects, by Socket.IO`,
    Python: `import requests\n\nrequests.get("${url}/info").json()["rtURL"]  # for socketio.Client`,
    JavaScript: `Backendless.serverURL = '${hostUrl}';\nBackendless.initApp('${appId}', '${apiKey}');\nBackendless.Messaging.subscribe('news').addMessageListener(console.log);`,
  })],
  devices: ['No devices. Register a phone:', ({ url }) => post(`${url}/messaging/registrations`, { deviceToken: 'token', deviceId: 'phone', os: 'IOS', osVersion: '18' })],
  push: ['No pushes. When there are devices, send one to all of them:', ({ url }) => post(`${url}/messaging/default`, { message: 'It is on its way', publishPolicy: 'BOTH', headers: { 'ios-alert-title': 'Your order', 'android-content-title': 'Your order' } })],
  email: ['No e-mails. Send one:', ({ url }) => post(`${url}/messaging/email`, { subject: 'Welcome', bodyparts: { htmlmessage: '<h1>Hello</h1>' }, to: ['ann@example.com'] })],
  users: ['No users. Create one:', () => post(control('users'), { login: 'ann', password: 'secret' })],
  faults: ['No faults. Make the next publish fail:', () => post(control('faults'), { kind: 'fail', operation: 'publish', error: 5007, times: 1 })],
};

export function Teach({ about }) {
  const [text, make] = LESSONS[about];
  const told = make(state.app);
  return html`<section class="teach">
    <p>${text}</p>
    <p class="buttons">${Object.keys(told).map((language) => html`<button class="small" aria-pressed=${String(state.language === language)} onClick=${() => change({ language })}>${language}</button>`)}</p>
    <${Block} title=${state.language} text=${told[state.language]} />
  </section>`;
}
