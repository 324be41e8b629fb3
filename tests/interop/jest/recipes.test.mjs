/** @jest-environment node */
// What a client does whose mock is months ahead of it: take the mock's time, or schedule by it.
import { afterEach, expect, jest, test } from '@jest/globals';
import { connect } from '../../../clients/backendless-mock.mjs';

const HOUR = 60 * 60 * 1000;
/** Only Date: faked timers would stop the requests. */
const DATE_ONLY = {
  doNotFake: ['hrtime', 'nextTick', 'performance', 'queueMicrotask', 'setImmediate', 'clearImmediate',
    'setInterval', 'clearInterval', 'setTimeout', 'clearTimeout'],
};

afterEach(() => jest.useRealTimers());

const publish = async (app, publishAt) => {
  const response = await fetch(`${app.url}/messaging/news`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ message: 'in an hour', publishAt }),
  });
  return [response.status, (await response.json()).code];
};

test('a client on real time is behind', async () => {
  const mock = await connect();
  await mock.run('behind', async (app) => {
    await app.clock.advance('90d');
    expect(await publish(app, Date.now() + HOUR)).toEqual([400, 5030]);
  });
});

test('jest.setSystemTime', async () => {
  const mock = await connect();
  await mock.run('system time', async (app) => {
    jest.useFakeTimers(DATE_ONLY);
    const forget = await app.onClock(({ nowMs }) => jest.setSystemTime(nowMs));
    await app.clock.advance('90d');
    expect(await publish(app, Date.now() + HOUR)).toEqual([200, undefined]);
    await app.clock.advance('1h');
    await app.assert({ what: 'delivered', channel: 'news', data: 'in an hour', times: 1 });
    forget();
  });
});

test('schedule by nowMs', async () => {
  const mock = await connect();
  await mock.run('by nowMs', async (app) => {
    const { nowMs, offsetMs } = await app.clock.advance('90d');
    expect(Math.abs(offsetMs - 90 * 24 * HOUR)).toBeLessThan(5 * 60 * 1000);
    expect(await publish(app, nowMs + HOUR)).toEqual([200, undefined]);
  });
});

test('an assertion throws the text of the mock, and what fails has the report below it', async () => {
  const mock = await connect();
  const failed = mock.run('failed', async (app) => {
    await app.publish('news', 'hello');
    await app.assert({ what: 'delivered', channel: 'news', data: 'helo' });
  });
  await expect(failed).rejects.toThrow(/expected .*'helo'[^]*what the mock saw:\ntimeline:/);
});

test('what only the mock saw fails the test', async () => {
  const mock = await connect();
  const failed = mock.run('unseen', (app) => fetch(`${app.url}/messaging/news/nonsense/x`, { method: 'PATCH' }));
  await expect(failed).rejects.toThrow(/the service has no PATCH[^]*what the mock saw:/);
});
