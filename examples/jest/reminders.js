// The application under test. It is given a client of Backendless, and knows nothing of tests.

/** Publishes `text` now, to be delivered tomorrow. */
export function remindTomorrow(Backendless, text) {
  const options = new Backendless.DeliveryOptions({ publishAt: Date.now() + 24 * 60 * 60 * 1000 });
  return Backendless.Messaging.publish('reminders', text, null, options);
}

/** Calls `show` with each reminder that comes. What it returns ends that. */
export function listen(Backendless, show) {
  const channel = Backendless.Messaging.subscribe('reminders');
  channel.addMessageListener(({ message }) => show(message));
  return () => channel.leave();
}
