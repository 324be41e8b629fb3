'use strict'

const { Backendless, Messaging, host, run } = require('./client.cjs')

const { SECOND_APP_ID: appId, SECOND_API_KEY: apiKey } = process.env

// It does not inherit serverURL: without one it would call the live service.
const second = Backendless.initApp({ standalone: true, serverURL: host, appId, apiKey })

run({
  'publishes as the first': () => Messaging.publish('news', 'from the first'),
  'publishes as the second': () => second.Messaging.publish('news', 'from the second'),
})
