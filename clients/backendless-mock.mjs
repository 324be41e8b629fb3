/**
 * The mock of Backendless messaging, from Jest, Vitest, Playwright or any other runner on Node 18 or newer.
 *
 * Copy this file into your tests; `backendless-mock client js` prints it. It has no dependency but the command
 * `backendless-mock` (`pip install pytest-backendless-mock`), and that only where no mock runs yet.
 *
 *     import { connect } from './backendless-mock.mjs';
 *     const mock = await connect();
 *     test('tomorrow’s message', () => mock.run('tomorrow', async (app) => {
 *       Backendless.serverURL = app.hostUrl;
 *       Backendless.initApp(app.appId, app.apiKey);
 *       …
 *       await app.clock.advance('1d');
 *       await app.assert({ what: 'delivered', channel: 'news', data: 'good morning' });
 *     }));
 *
 * @typedef {{ now: string, nowMs: number, offsetMs: number, frozen: boolean, nextAt: string | null,
 *   pending: number, deliveries?: object[], settled?: boolean }} ClockState `offsetMs` is mock minus real time.
 * @typedef {{ pause?: number, settle?: number }} Pace Real seconds: at each due instant, and to wait for listeners.
 * @typedef {{ what: string, channel?: string, data?: unknown, schema?: object, headers?: Record<string, string>,
 *   times?: number, at?: string | number, within?: number | string }} Expectation
 * @typedef {{ what: string, channel?: string, count?: number, within?: number | string }} Wait
 * @typedef {{ appId?: string, apiKeys?: Record<string, string>, seed?: string | number, freeze?: string | number,
 *   rules?: object, state?: object }} AppOptions
 */
import { spawn } from 'node:child_process';
import http from 'node:http';
import https from 'node:https';
import { createInterface } from 'node:readline';

const REPORT = '\n\nwhat the mock saw:\n';

/** What did not hold, or was refused; `message` is the mock's own text, `answer` all that it said. */
export class BackendlessMockError extends Error {
  name = 'BackendlessMockError';
  constructor(message, answer) { super(message); this.answer = answer; }
}

/**
 * The mock that runs at `url` or `BACKENDLESS_MOCK_URL` (`backendless-mock exec` sets it); where neither says one, a
 * new one on a free port, which ends with this process.
 * @param {{ url?: string, token?: string, command?: string[], flags?: string[] }} [options] `flags` are for `serve`.
 */
export async function connect({ url = process.env.BACKENDLESS_MOCK_URL, token, command, flags = [] } = {}) {
  const key = token ?? process.env.BACKENDLESS_MOCK_TOKEN;
  if (url) return new BackendlessMock(url, key);
  const [program, ...first] = command ?? ['backendless-mock'];
  const serve = [...first, 'serve', '--port', '0', '--json', '--until-stdin-closes', ...flags];
  const child = spawn(program, serve, { stdio: ['pipe', 'pipe', 'inherit'] });
  const line = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => reject(new BackendlessMockError(`${program} ended with ${code} before it listened`)));
    createInterface({ input: child.stdout }).once('line', resolve);
  });
  child.removeAllListeners('exit');
  for (const each of [child, child.stdin, child.stdout]) each.unref?.(); // the runner may end: the mock ends with it
  return new BackendlessMock(JSON.parse(line).mockUrl, key, child);
}

/** A mock that runs: a server with any number of applications. */
export class BackendlessMock {
  #token;
  #child;

  constructor(url, token, child) {
    this.url = `${url.replace(/\/+$/, '').replace(/\/__mock__$/, '')}/__mock__`;
    this.#token = token;
    this.#child = child;
  }

  /**
   * An application with a clock of its own. The same label gives the same id, keys and ids of messages on every run.
   * @param {string} label @param {AppOptions} [options] @returns {Promise<BackendlessApp>}
   */
  async newApp(label, options = {}) {
    return new BackendlessApp(this, await this.ask('POST', 'apps', { label, ...options }));
  }

  /**
   * A test in an application of its own. What it throws is thrown with the mock's report below it; if it throws
   * nothing, what the mock saw go wrong is.
   * @template T @param {string} label @param {(app: BackendlessApp) => Promise<T> | T} test
   * @param {AppOptions} [options] @returns {Promise<T>}
   */
  async run(label, test, options = {}) {
    const app = await this.newApp(label, options);
    try {
      const result = await test(app);
      await app.verify();
      return result;
    } catch (error) {
      if (error instanceof Error && !error.message.includes(REPORT)) {
        const report = await app.report().catch((reason) => `no report: ${reason.message}`);
        const message = `${error.message}${REPORT}${report}`;
        error.stack = error.stack?.replace(error.message, () => message);
        error.message = message;
      }
      throw error;
    } finally {
      await app.delete().catch(() => {}); // whatever it says, the verdict was given
    }
  }

  /** End the mock, if it was started here. */
  async stop() {
    if (!this.#child || this.#child.exitCode !== null) return;
    const ended = new Promise((resolve) => this.#child.once('exit', resolve));
    this.#child.ref();
    this.#child.stdin.end();
    await ended;
  }

  /**
   * Any route of the control API; `GET openapi.json` describes them. Over `node:http`, since jsdom has no `fetch`.
   * @param {string} method @param {string} path @param {unknown} [body] @returns {Promise<any>}
   */
  async ask(method, path, body) {
    const content = body === undefined ? undefined : Buffer.from(JSON.stringify(body));
    const headers = { Accept: 'application/json', ...(this.#token && { Authorization: `Bearer ${this.#token}` }) };
    if (content) Object.assign(headers, { 'Content-Type': 'application/json', 'Content-Length': content.length });
    const { status, type, text } = await new Promise((resolve, reject) => {
      const { request } = this.url.startsWith('https:') ? https : http;
      const asked = request(`${this.url}/${path}`, { method, headers, agent: false }, (response) => {
        const chunks = [];
        response.on('data', (chunk) => chunks.push(chunk)).once('error', reject).once('end', () => resolve({
          status: response.statusCode,
          type: response.headers['content-type'] ?? '',
          text: Buffer.concat(chunks).toString('utf8'),
        }));
      });
      asked.once('error', reject).end(content);
    });
    const answer = type.includes('json') && text ? JSON.parse(text) : text;
    if (status < 400) return answer;
    const verdict = answer.problems && [...answer.problems, `${REPORT}${answer.report}`].join('\n');
    throw new BackendlessMockError(answer.text ?? verdict ?? answer.detail ?? `${method} ${path}: ${status}`, answer);
  }
}

/** An application: what SDKs are told, its clock, and what it holds. */
export class BackendlessApp {
  #listeners = new Set();

  /** @param {BackendlessMock} mock @param {Record<string, any>} told */
  constructor(mock, told) {
    this.mock = mock;
    /** @type {string} */ this.appId = told.appId;
    /** @type {string} */ this.apiKey = told.apiKey;
    /** @type {string} What REST clients put before `/messaging`. */ this.url = told.url;
    /** @type {string} What SDKs take as their server URL. */ this.hostUrl = told.hostUrl;
    /** @type {Record<string, string>} */ this.env = told.env;
    /** Durations are '90s', '5m', '1h30m', '2d' or seconds; instants ISO 8601 or milliseconds. */
    this.clock = {
      /** @returns {Promise<ClockState>} */ show: () => this.#told(this.ask('GET', 'clock')),
      /** @param {string | number} by @param {Pace} [pace] @returns {Promise<ClockState>} */
      advance: (by, pace) => this.#told(this.ask('POST', 'clock/advance', { by, ...pace })),
      /** @param {string | number} to @param {Pace} [pace] @returns {Promise<ClockState>} */
      moveTo: (to, pace) => this.#told(this.ask('POST', 'clock/move-to', { to, ...pace })),
      /** @param {Pace} [pace] @returns {Promise<ClockState>} */
      next: (pace) => this.#told(this.ask('POST', 'clock/next', { ...pace })),
      /** @param {string | number} [at] @returns {Promise<ClockState>} */
      freeze: (at) => this.#told(this.ask('POST', 'clock/freeze', at === undefined ? {} : { at })),
      /** @returns {Promise<ClockState>} */ unfreeze: () => this.#told(this.ask('POST', 'clock/unfreeze', {})),
    };
  }

  /**
   * Call `listener` now and after every move of the clock, so that the client's time goes along:
   * `await app.onClock(({ nowMs }) => jest.setSystemTime(nowMs))`. What comes back takes it away.
   * @param {(clock: ClockState) => unknown} listener @returns {Promise<() => void>}
   */
  async onClock(listener) {
    await listener(await this.ask('GET', 'clock'));
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** @param {string} channel @param {unknown} message @param {object} [more] publishAt, headers, … @returns {Promise<any>} */
  publish(channel, message, more = {}) { return this.ask('POST', 'messages', { channel, message, ...more }); }
  /** Throws the text that says what is there instead. @param {Expectation} expectation @returns {Promise<any>} */
  assert(expectation) { return this.ask('POST', 'assert', expectation); }
  /** `{ what: 'listeners', channel: 'news' }` before publishing. @param {Wait} wait @returns {Promise<any>} */
  waitFor(wait) { return this.ask('POST', 'wait', wait); }
  /** @param {string} what messages, scheduled, deliveries, retrieved, … @param {object} [filters] @returns {Promise<any[]>} */
  async view(what, filters = {}) { return (await this.ask('GET', `${what}?${new URLSearchParams(filters)}`)).items; }
  /** Throws what only the mock saw go wrong. @returns {Promise<any>} */ verify() { return this.ask('POST', 'verify', {}); }
  /** @returns {Promise<string>} */ report() { return this.ask('GET', 'report'); }
  /** @param {object} [options] seed, freeze, … @returns {Promise<any>} */
  reset(options = {}) { return this.ask('POST', 'reset', options); }
  /** @returns {Promise<any>} */ delete() { return this.mock.ask('DELETE', `apps/${encodeURIComponent(this.appId)}`); }
  /** @param {string} method @param {string} path any route of it @param {unknown} [body] @returns {Promise<any>} */
  ask(method, path, body) { return this.mock.ask(method, `apps/${encodeURIComponent(this.appId)}/${path}`, body); }

  async #told(moved) {
    const clock = await moved;
    for (const listener of this.#listeners) await listener(clock);
    return clock;
  }
}
