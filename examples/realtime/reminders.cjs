'use strict'
// The application under test: it shows the reminders of today's team, as they come. Its address comes from outside.

const Backendless = require('backendless')

const { BACKENDLESS_HOST_URL: serverURL, BACKENDLESS_APP_ID: appId, BACKENDLESS_API_KEY: apiKey } = process.env

Backendless.initApp({ serverURL, appId, apiKey })

const channel = Backendless.Messaging.subscribe('reminders')

channel.addConnectListener(
  () => {},
  error => console.log(`not allowed: ${error.message}`)
)
channel.addMessageListener("team = 'red'", ({ message, timestamp }) => {
  console.log(`${new Date(timestamp).toISOString()} ${message}`)
})
