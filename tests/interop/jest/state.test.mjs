/** @jest-environment node */
import { expect, test } from '@jest/globals';
import { connect } from '../../../clients/backendless-mock.mjs';

const LATER = { what: 'delivered', channel: 'news', data: 'later', times: 1 };

test('an application goes on where another was', async () => {
  const mock = await connect();
  await mock.run('state', async (app) => {
    await app.publish('news', 'later', { publishAt: '2030-01-01T01:00:00Z' });
    const state = await app.ask('GET', 'state');
    await mock.run('state of another', async (other) => {
      await other.clock.advance('1h');
      await other.assert(LATER);
    }, { state });
    await app.clock.advance('2h');
    await app.ask('PUT', 'state', state);
    expect((await app.clock.advance('1h')).now).toBe('2030-01-01T01:00:00Z');
    await app.assert(LATER);
    await expect(app.ask('PUT', 'state', { device: [] })).rejects.toThrow("did you mean 'devices'?");
  }, { freeze: '2030-01-01T00:00:00Z' });
});
