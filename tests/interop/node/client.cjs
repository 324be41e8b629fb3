'use strict'
// What the scripts share: an SDK that is set up as its documentation says, and steps that are printed, a line each.

const readline = require('node:readline')

const release = Number(process.argv[2])
const { BACKENDLESS_URL: url, BACKENDLESS_HOST_URL: host, BACKENDLESS_APP_ID: appId, BACKENDLESS_API_KEY: apiKey } =
  process.env

// 4.4.4 asks `if (WebSocket)`: the name has to exist, and with a value it tries a socket before it polls.
globalThis.WebSocket = null

const Backendless = require(`backendless-${release}`)

if (release >= 7) {
  Backendless.initApp({ serverURL: host, appId, apiKey })
} else {
  if (release === 3) {
    Backendless.enablePromises()
  }
  Backendless.serverURL = host
  Backendless.initApp(appId, apiKey, 'v1')
}

// All four arguments, and instances of the SDK's own classes: 3.1.25 takes nothing else.
const publish = (channel, message, options, delivery) =>
  Backendless.Messaging.publish(
    channel,
    message,
    options ? new Backendless.PublishOptions(options) : null,
    delivery ? new Backendless.DeliveryOptions(delivery) : null
  )

const print = line => console.log(JSON.stringify(line))

const described = error =>
  typeof error === 'object'
    ? { code: error.code, message: error.message, status: error.status, isError: error instanceof Error }
    : { message: String(error) }

// A step that fails is printed with its error, and the next one begins, unless that would wait in vain.
const run = async (steps, { untilError = false } = {}) => {
  for (const [step, action] of Object.entries(steps)) {
    try {
      print({ step, value: await action() })
    } catch (error) {
      print({ step, error: described(error) })
      if (untilError) {
        break
      }
    }
  }
  // 3.1.25 and 4.4.4 poll until the process ends.
  process.exit(0)
}

// Steps are awaited one by one, so nobody asks for a line before the last one came.
const lines = readline.createInterface({ input: process.stdin })[Symbol.asyncIterator]()

// A step in which it is the test's turn: it ends when the test writes a line.
const turn = async () => {
  await lines.next()
}

const { Messaging } = Backendless

module.exports = { Backendless, Messaging, apiKey, appId, host, lines, print, publish, release, run, turn, url }
