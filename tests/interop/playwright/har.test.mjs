// What a mock answered, played back by Playwright when the mock is gone.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import http from 'node:http';
import { test } from 'node:test';
import { chromium } from 'playwright-core';
import { connect } from '../../../clients/backendless-mock.mjs';

const converse = async (url) => {
  const ask = async (path, body) => {
    const sent = body && { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) };
    const response = await fetch(`${url}/${path}`, sent);
    return [response.status, await response.json()];
  };
  return [
    await ask('messaging/news', { message: 'hé' }),
    await ask('messaging/news', { message: null }),
    await ask('info?a=1&b=x%20y'),
  ];
};

test('routeFromHAR', async () => {
  const mock = await connect();
  const site = http.createServer((_, response) => response.end('a page of an origin of its own')).listen(0, '127.0.0.1');
  await once(site, 'listening');
  const address = `http://127.0.0.1:${site.address().port}/`;
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM, args: JSON.parse(process.env.FLAGS) });
  try {
    let url;
    const answered = await mock.run('har', async (app) => {
      ({ url } = app);
      await app.ask('GET', 'har'); // from now on all requests are kept, headers of answers too
      const page = await browser.newPage();
      await page.goto(address);
      const answers = await page.evaluate(converse, url);
      await writeFile(process.env.HAR, JSON.stringify(await app.ask('GET', 'har')));
      return answers;
    });
    assert.deepEqual(answered.map(([status, { code }]) => [status, code ?? null]), [[200, null], [400, 8006], [200, null]]);
    const gone = await fetch(`${url}/info`);
    assert.equal((await gone.json()).code, 2002);
    const context = await browser.newContext();
    await context.routeFromHAR(process.env.HAR, { url: `${url}/**`, notFound: 'abort' });
    const page = await context.newPage();
    await page.goto(address);
    assert.deepEqual(await page.evaluate(converse, url), answered);
  } finally {
    await browser.close();
    site.close();
  }
});
