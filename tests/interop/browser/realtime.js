'use strict'

const obey = async () => {
  const commands = commandsOf(Backendless)
  for (;;) {
    const line = await fetch('/turn')
    carryOut(commands, await line.json()).then(post)
  }
}

obey()
