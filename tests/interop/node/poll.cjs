'use strict'

const { Backendless, Messaging, publish, run, turn } = require('./client.cjs')

// A subscription whose `heard` settles with the messages, once there are `count` of them.
const listener = count => {
  const messages = []
  let hear
  const heard = new Promise(resolve => (hear = resolve))
  const callback = answer => {
    messages.push(...answer.messages)
    if (messages.length >= count) {
      hear(messages)
    }
  }
  return { callback, heard }
}

const all = listener(4)
const oslo = listener(1)
const warm = listener(2)
const weather = listener(2)

// The callback of promises takes the place of the options, so they are given even where there are none.
const subscribe = async ({ callback }, options) => {
  await Messaging.subscribe('news', callback, options && new Backendless.SubscriptionOptions(options))
}

const steps = {
  'subscribes to all': () => subscribe(all, undefined),
  'subscribes by selector': () => subscribe(oslo, { subscriberId: 's1', selector: "city='Oslo'" }),
  'subscribes by number': () => subscribe(warm, { selector: 'degrees > 9' }),
  'subscribes by subtopic': () => subscribe(weather, { subtopic: 'weather.*' }),
  'lets them arrive': turn,
  publishes: async () => {
    const oslo = { headers: { city: 'Oslo', degrees: 5 }, subtopic: 'weather.oslo', publisherId: 'ann' }
    await publish('news', 'rain', oslo)
    await publish('news', 'sun', { headers: { city: 'Rome', degrees: 30 }, subtopic: 'weather.rome' })
    await publish('news', 'heat', { headers: { degrees: 40 }, subtopic: 'health' })
    await publish('news', { no: 'headers' })
  },
  'hears all': () => all.heard,
  'hears by selector': () => oslo.heard,
  'hears by number': () => warm.heard,
  'hears by subtopic': () => weather.heard,
}

run(steps, { untilError: true })
