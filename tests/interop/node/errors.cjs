'use strict'

const { Backendless, Messaging, publish, release, run } = require('./client.cjs')

const steps = {
  'a date in the past': () => publish('news', 'late', null, { publishAt: Date.UTC(2001, 0, 1) }),
  'an end before the beginning': () =>
    publish('news', 'never', null, { publishAt: Date.UTC(2099, 0, 2), repeatExpiresAt: Date.UTC(2099, 0, 1) }),
  'a denied channel': () => publish('secret', 'hello'),
  // 4.4.4 and 3.1.25 send it, but tell nobody what came of it.
  'an unknown message': () => {
    const cancelled = Messaging.cancel('message:NONE')
    return release >= 7 ? cancelled : publish('news', 'cancelled')
  },
}

if (release > 3) {
  steps['an unknown push template'] = () => Messaging.pushWithTemplate('nothing')
}

if (release >= 7) {
  steps['an unknown e-mail template'] = () =>
    Messaging.sendEmailFromTemplate('nothing', new Backendless.EmailEnvelope({ addresses: ['ann@example.com'] }))
  steps['an unknown channel'] = () => Messaging.deleteChannel('nowhere')
}

run(steps)
