'use strict'

const { Backendless, lines, print } = require('./client.cjs')
const { carryOut, commandsOf } = require('../browser/commands.js')

// Of a domain it is from its beginning: what the service says of the application is asked for only once.
const { DOMAIN: domain } = process.env
const app = domain ? Backendless.initApp({ standalone: true, domain }) : Backendless

const obey = async () => {
  const commands = commandsOf(app)
  for await (const line of lines) {
    carryOut(commands, JSON.parse(line)).then(print)
  }
  process.exit(0)
}

obey()
