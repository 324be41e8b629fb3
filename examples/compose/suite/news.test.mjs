import assert from 'node:assert/strict';
import { test } from 'node:test';

const mock = `${process.env.BACKENDLESS_MOCK_URL}/__mock__`;

const ask = async (method, path, body) => {
  const headers = { 'Content-Type': 'application/json' };
  const response = await fetch(`${mock}/${path}`, { method, headers, body: body && JSON.stringify(body) });
  return response.json();
};

test('tomorrow’s message is delivered tomorrow', async () => {
  const { appId, url, clock } = await ask('POST', 'apps', { label: 'news' });
  const tomorrow = clock.nowMs + 24 * 60 * 60 * 1000;
  await fetch(`${url}/messaging/news`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ message: 'good morning', publishAt: tomorrow }),
  });
  assert.equal((await ask('GET', `apps/${appId}/deliveries`)).items.length, 0);
  const { deliveries } = await ask('POST', `apps/${appId}/clock/advance`, { by: '1d' });
  assert.deepEqual(deliveries.map((each) => each.data), ['good morning']);
});
