// A page takes the time of a mock that is months ahead: Playwright.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import http from 'node:http';
import { test } from 'node:test';
import { chromium } from 'playwright-core';
import { connect } from '../../../clients/backendless-mock.mjs';

const publish = async (url) => {
  const response = await fetch(`${url}/messaging/news`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ message: 'in an hour', publishAt: Date.now() + 60 * 60 * 1000 }),
  });
  return response.status;
};

test('page.clock', async () => {
  const mock = await connect();
  const site = http.createServer((_, response) => response.end('a page of an origin of its own')).listen(0, '127.0.0.1');
  await once(site, 'listening');
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM, args: JSON.parse(process.env.FLAGS) });
  try {
    await mock.run('playwright', async (app) => {
      const page = await browser.newPage();
      await page.goto(`http://127.0.0.1:${site.address().port}/`);
      await app.onClock(({ nowMs }) => page.clock.setFixedTime(nowMs));
      await app.clock.advance('90d');
      assert.equal(await page.evaluate(publish, app.url), 200);
      await app.clock.advance('1h');
      await app.assert({ what: 'delivered', channel: 'news', data: 'in an hour', times: 1 });
    });
  } finally {
    await browser.close();
    site.close();
  }
});
