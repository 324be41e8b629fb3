'use strict'

const { Backendless, host, lines, print } = require('./client.cjs')
const { carryOut, commandsOf } = require('../browser/commands.js')

const obey = async () => {
  const commands = commandsOf(Backendless, host)
  for await (const line of lines) {
    carryOut(commands, JSON.parse(line)).then(print)
  }
  process.exit(0)
}

obey()
