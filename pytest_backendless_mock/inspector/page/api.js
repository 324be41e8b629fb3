// The control API, which is all that the page asks. Its addresses are relative: a proxy may put a path before them.
import { useEffect, useState } from './vendor/preact-htm.js';
import { state } from './store.js';

/** Where something of the application is. */
export const own = (path) => `../apps/${encodeURIComponent(state.address.app)}${path && `/${path}`}`;

/** What the server answers; raises an error with its text, its `status` and its `answer`. */
export async function ask(url, { method = 'GET', body, signal } = {}) {
  const json = body && { headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) };
  const response = await fetch(url, { method, signal, ...json });
  const text = await response.text();
  const answer = text.startsWith('{') ? JSON.parse(text) : {};
  if (response.ok) return answer;
  const [wrong] = answer.errors ?? [];
  const told = wrong ? `${wrong.path.replace(/^\$\.?/, '')} ${wrong.message}` : answer.detail ?? `it answered ${response.status}`;
  throw Object.assign(new Error(told), { status: response.status, answer });
}

export const post = (url, body = {}) => ask(url, { method: 'POST', body });

/** `{value}` or `{error}` of a GET, asked again when `version` is another; the value stays until the next one comes. */
export function useAnswer(url, version) {
  const [answer, setAnswer] = useState({});
  useEffect(() => {
    if (!url) return undefined;
    const stop = new AbortController();
    const told = (what) => stop.signal.aborted || setAnswer({ url, ...what });
    ask(url, { signal: stop.signal }).then((value) => told({ value }), (error) => told({ error }));
    return () => stop.abort();
  }, [url, version]);
  return answer.url === url ? answer : {};
}
