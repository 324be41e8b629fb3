'use strict'

const messages = []
let hear
const heard = new Promise(resolve => (hear = resolve))

const callback = answer => {
  messages.push(...answer.messages)
  if (messages.length === 2) {
    hear(messages)
  }
}

const steps = {
  subscribes: async () => {
    await Messaging.subscribe(
      'news',
      callback,
      new Backendless.SubscriptionOptions({ selector: "city = 'Oslo'", subtopic: 'weather.*' })
    )
  },
  publishes: async () => {
    await publish('news', 'rain', { headers: { city: 'Oslo' }, subtopic: 'weather.today' })
    await publish('news', 'sun', { headers: { city: 'Rome' }, subtopic: 'weather.today' })
    await publish('news', 'snow', { headers: { city: 'Oslo' }, subtopic: 'weather.tomorrow' })
  },
  hears: () => heard,
}

run(steps, { untilError: true })
