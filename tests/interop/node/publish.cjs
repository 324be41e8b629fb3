'use strict'

const { Messaging, publish, release, run } = require('./client.cjs')

const steps = {
  plain: () => publish('news', 'hello'),
  number: () => publish('types', 12.5),
  false: () => publish('types', false),
  object: () => publish('types', { id: 7, lines: [{ price: 1.5 }, null] }),
  array: () => publish('types', [1, 'two', [3]]),
  'with options': () =>
    publish('news', 'rain', { publisherId: 'ann', subtopic: 'weather.oslo', headers: { city: 'Oslo', degrees: 5 } }),
  scheduled: () => publish('news', 'happy new year', null, { publishAt: Date.UTC(2099, 0, 1) }),
  repeated: () =>
    publish('pulse', 'tick', null, {
      publishAt: Date.UTC(2099, 0, 1),
      repeatEvery: 60,
      repeatExpiresAt: Date.UTC(2099, 0, 2),
    }),
  emoji: () => publish('emoji', 'naïve 👍🏽 日本語 👨‍👩‍👧', { headers: { mood: '😀' } }),
  large: () => publish('large', { text: 'é'.repeat(100_000) }),
}

if (release >= 7) {
  steps['to a channel with a blank'] = () => publish('chan 1 & 日本', 'encoded')
  steps['in one call with plain objects'] = () =>
    Messaging.publish('plain', 'hello', { subtopic: 'a.b' }, { publishPolicy: 'PUBSUB' })
  steps['deletes a channel'] = () => Messaging.deleteChannel('plain')
}

run(steps)
