/** @jest-environment node */
// Where nobody started a mock, the helper does, and ends it.
import { expect, test } from '@jest/globals';
import { connect } from '../../../clients/backendless-mock.mjs';

test('a mock of our own', async () => {
  const mock = await connect({ url: '', command: JSON.parse(process.env.MOCK_COMMAND), flags: ['--seed', '7'] });
  try {
    expect(await mock.ask('GET', 'health')).toMatchObject({ status: 'ok' });
    const app = await mock.newApp('mine');
    expect(await app.view('messages')).toEqual([]);
    await app.publish('news', { a: 1 });
    expect(await app.view('deliveries', { channel: 'news' })).toMatchObject([{ data: { a: 1 } }]);
    await app.reset();
    expect(await app.view('messages')).toEqual([]);
    await expect(app.ask('GET', 'massages')).rejects.toThrow(/nearest/);
  } finally {
    await mock.stop();
  }
  await expect(mock.ask('GET', 'health')).rejects.toThrow();
});
