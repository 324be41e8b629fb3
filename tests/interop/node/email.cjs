'use strict'

const { Backendless, Messaging, release, run } = require('./client.cjs')

const bodies = new Backendless.Bodyparts({ textmessage: 'It is on its way', htmlmessage: '<b>It is on its way</b>' })

const steps = {
  // 3.1.25 takes nothing but an array for attachments, even where there are none.
  sends: () => Messaging.sendEmail('Your order', bodies, ['ann@example.com', 'bob@example.com'], []),
  attaches: () => Messaging.sendEmail('Your bill', bodies, ['ann@example.com'], ['bills/17.pdf']),
}

if (release >= 7) {
  const { EmailEnvelope } = Backendless
  steps['sends from a template'] = () => {
    const envelope = new EmailEnvelope({ addresses: ['ann@example.com'], ccAddresses: ['bob@example.com'] })
    return Messaging.sendEmailFromTemplate('welcome', envelope, { name: 'Ann' })
  }
  steps['sends to each once'] = () => {
    const envelope = new EmailEnvelope({ addresses: ['ann@example.com', 'ann@example.com'], uniqueEmails: true })
    return Messaging.sendEmailFromTemplate('welcome', envelope)
  }
}

run(steps)
