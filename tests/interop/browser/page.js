'use strict'
// What the pages share: steps that are posted to the page's own server, one by one.

const post = line => fetch('/step', { method: 'POST', body: JSON.stringify(line) })

const described = error =>
  typeof error === 'object'
    ? { code: error.code, message: error.message, status: error.status, isError: error instanceof Error }
    : { message: String(error) }

const run = async (steps, { untilError = false } = {}) => {
  for (const [step, action] of Object.entries(steps)) {
    try {
      await post({ step, value: await action() })
    } catch (error) {
      await post({ step, error: described(error) })
      if (untilError) {
        break
      }
    }
  }
  await post({ done: true })
}
