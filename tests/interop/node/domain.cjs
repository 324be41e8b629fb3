'use strict'

const { Backendless, Messaging, host, run } = require('./client.cjs')

let sent

run({
  'starts again with a domain': () => {
    Backendless.initApp(host)
  },
  publishes: async () => (sent = await Messaging.publish('news', 'hello')),
  asks: () => Messaging.getMessageStatus(sent.messageId),
})
