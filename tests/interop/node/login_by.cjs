'use strict'

const { Backendless, release, run } = require('./client.cjs')

const { Users } = Backendless

const steps = {
  number: async () => {
    const user = await Users.login(12345, 'secret')
    return { login: user.login, name: user.name }
  },
}

if (release >= 7) {
  // Without a password, a login is taken for an object id.
  steps.id = () => Users.login('OBJECT-ID')
}

run(steps)
