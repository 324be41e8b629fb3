// A listener gets tomorrow's message after one POST, whatever environment Jest gives the SDK.
import { connect } from '../../../clients/backendless-mock.mjs';

const DAY = 24 * 60 * 60 * 1000;

/** The SDK is what `require` gives in that environment: its build for Node, or for browsers. */
export async function hearTomorrow(Backendless, label) {
  const mock = await connect();
  return mock.run(label, async (app) => {
    Backendless.initApp({ appId: app.appId, apiKey: app.apiKey, serverURL: app.hostUrl });
    const heard = [];
    const channel = Backendless.Messaging.subscribe('news');
    channel.addMessageListener((message) => heard.push(message.message ?? message));
    try {
      await app.waitFor({ what: 'listeners', channel: 'news', within: 20 });
      const { nowMs } = await app.clock.show();
      await app.publish('news', 'good morning', { publishAt: nowMs + DAY });
      const before = [...heard];
      const { settled, deliveries } = await app.clock.advance('1d', { settle: 20 });
      return { before, settled, delivered: deliveries.map((each) => each.data), heard };
    } finally {
      channel.leave();
      Backendless.RT.disconnect();
    }
  });
}
