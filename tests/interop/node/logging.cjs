'use strict'

const { Backendless, publish, release, run } = require('./client.cjs')

const steps = {
  logs: () => Backendless.Logging.getLogger('shop').info('an order came'),
  flushes: async () => {
    await Backendless.Logging.flush()
  },
  publishes: () => publish('news', 'hello'),
}

run(release >= 7 ? { 'reads about the application': () => Backendless.appInfoPromise(), ...steps } : steps)
