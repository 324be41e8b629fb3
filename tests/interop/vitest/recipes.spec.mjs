// A client takes the time of a mock that is months ahead: Vitest.
import { afterEach, expect, test, vi } from 'vitest';
import { connect } from '../../../clients/backendless-mock.mjs';

afterEach(() => vi.useRealTimers());

test('vi.setSystemTime', async () => {
  const mock = await connect();
  await mock.run('vitest', async (app) => {
    vi.useFakeTimers({ toFake: ['Date'] });
    await app.onClock(({ nowMs }) => vi.setSystemTime(nowMs));
    await app.clock.advance('90d');
    const response = await fetch(`${app.url}/messaging/news`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ message: 'in an hour', publishAt: Date.now() + 60 * 60 * 1000 }),
    });
    expect(response.status).toBe(200);
    await app.clock.advance('1h');
    await app.assert({ what: 'delivered', channel: 'news', data: 'in an hour', times: 1 });
  });
});
