'use strict'
// What an SDK does in real time when a test tells it to: the same in Node and on a page.

const commandsOf = app => {
  const { Messaging, RT, Users } = app
  const { socketConfigTransform } = RT.config
  const channels = {}
  const heard = {}
  const looks = new Set()

  const note = key => value => {
    heard[key] = [...(heard[key] || []), value]
    looks.forEach(look => look())
  }

  return {
    'use transports': (...transports) => {
      RT.setConfig({
        socketConfigTransform: async given => {
          const config = await socketConfigTransform(given)
          config.options.transports = transports
          return config
        },
      })
    },
    // As it is kept from one start of an application to the next: setCurrentUserToken() changes only what there is.
    'use token': token => app.LocalCache.set('user-token', token),
    'log in': async (login, password) => {
      await Users.login(login, password, true)
    },
    'log out': async () => {
      await Users.logout()
    },
    join: name =>
      new Promise((resolve, reject) => {
        const channel = (channels[name] = Messaging.subscribe(name))
        channel.addConnectListener(note(`join ${name}`))
        channel.addConnectListener(() => resolve(channel.isJoined()), reject)
      }),
    'listen for messages': (name, selector) => {
      channels[name].addMessageListener(selector, note(`message ${selector || name}`), note(`refusal ${name}`))
    },
    'listen for commands': name => {
      channels[name].addCommandListener(note(`command ${name}`))
    },
    'listen for users': name => {
      channels[name].addUserStatusListener(note(`user ${name}`))
    },
    'stop listening': name => channels[name].removeAllMessageListeners(),
    leave: name => channels[name].leave(),
    send: async (name, type, data) => {
      await channels[name].send(type, data)
    },
    publish: async (name, message, options) => {
      await Messaging.publish(name, message, options)
    },
    // All that was heard of a kind, as soon as there is so much of it.
    hear: (key, count) =>
      new Promise(resolve => {
        const look = () => {
          if ((heard[key] || []).length >= count) {
            looks.delete(look)
            resolve(heard[key])
          }
        }
        looks.add(look)
        look()
      }),
    'name the connection': () => RT.getConnectionId(),
    // By which it is connected, at the end of an upgrade where one is to be had.
    'name the transport': async (...transports) => {
      const { engine } = (await RT.session.getSocket()).ioSocket.io
      if (transports.length === 1 || engine.transport.name === 'websocket') {
        return engine.transport.name
      }
      return new Promise(resolve => engine.once('upgrade', transport => resolve(transport.name)))
    },
  }
}

// What became of a line from the test, as a line to it.
const carryOut = async (commands, { step, command, told }) => {
  try {
    return { step, value: await commands[command](...told) }
  } catch (error) {
    return { step, error: { code: error.code, message: error.message || String(error) } }
  }
}

if (typeof module === 'object') {
  module.exports = { carryOut, commandsOf }
}
