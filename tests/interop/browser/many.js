'use strict'

run({
  'publishes 100 times': async () => {
    const answers = await Promise.all(Array.from({ length: 100 }, (_, number) => publish('news', number)))
    return answers.filter(answer => answer.status === 'scheduled').length
  },
})
