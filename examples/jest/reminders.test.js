import { jest } from '@jest/globals';
import Backendless from 'backendless';
import { connect } from './backendless-mock.mjs';
import { listen, remindTomorrow } from './reminders.js';

// The application computes a date, so its Date goes by the mock's clock. Timers stay real: requests need them.
const TIMERS = ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'setImmediate', 'clearImmediate',
  'nextTick', 'queueMicrotask', 'hrtime', 'performance'];

test('a listener hears tomorrow’s reminder', async () => {
  const mock = await connect(); // the one that `backendless-mock exec` started
  await mock.run('reminders: tomorrow', async (app) => {
    Backendless.initApp({ appId: app.appId, apiKey: app.apiKey, serverURL: app.hostUrl });
    jest.useFakeTimers({ doNotFake: TIMERS });
    const forget = await app.onClock(({ nowMs }) => jest.setSystemTime(nowMs));
    const heard = [];
    const leave = listen(Backendless, (text) => heard.push(text));
    try {
      await app.waitFor({ what: 'listeners', channel: 'reminders', within: 20 });

      await remindTomorrow(Backendless, 'stand-up');
      expect(heard).toEqual([]);

      await app.clock.advance('1d'); // comes back when every listener has heard
      expect(heard).toEqual(['stand-up']);
      await app.assert({ what: 'delivered', channel: 'reminders', data: 'stand-up', times: 1 });
    } finally {
      leave();
      Backendless.RT.disconnect();
      forget();
      jest.useRealTimers();
    }
  });
});
