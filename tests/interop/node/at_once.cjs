'use strict'

const { publish, run } = require('./client.cjs')

run({
  'publishes 500 times': async () => {
    const answers = await Promise.all(Array.from({ length: 500 }, (_, number) => publish('news', number)))
    return {
      statuses: [...new Set(answers.map(answer => answer.status))],
      ids: new Set(answers.map(answer => answer.messageId)).size,
    }
  },
})
