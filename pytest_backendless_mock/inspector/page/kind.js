// The kinds of events: how each is called, marked and told. The words are those of the timeline of a failing test.
import { durationOf, has, lineOf, stampOf } from './format.js';

const joined = (...parts) => parts.filter(Boolean).join(' ');
const message = ({ data, publishAt, repeatEvery, repeatExpiresAt }) => [lineOf(data), joined(
  publishAt && `for ${stampOf(publishAt)}`,
  repeatEvery && `every ${durationOf(repeatEvery)}`,
  repeatExpiresAt && `until ${stampOf(repeatExpiresAt)}`,
)];
const AHEAD = { push: 'as a push', failure: 'will fail' };
const delivery = ({ data, number, kind }) => [lineOf(data), joined(AHEAD[kind], number > 1 && `#${number}`)];
const push = ({ title, body, data, device, os }) => [title ?? body ?? lineOf(data), `to ${device} (${os})`];
const email = ({ data, to }) => [data ?? 'no subject', `to ${to.join(', ')}`];
const member = ({ userId, connectionId }) => [userId ? `user ${userId}` : 'a client', `connection ${connectionId}`];

/** By kind: its sign, its tone (a class of the style sheet), how a record is told, and its word where it has another. */
const TABLE = {
  scheduled: ['○', 'ahead', delivery],
  accepted: ['◇', 'plain', message],
  delivered: ['●', 'good', delivery],
  retrieved: ['✓', 'good', delivery],
  cancelled: ['⊘', 'warn', message],
  pushed: ['▲', 'sent', push],
  push_failed: ['△', 'bad', push],
  not_pushed: ['△', 'warn', message],
  failed: ['✕', 'bad', message],
  emailed: ['✉', 'sent', email, 'e-mailed'],
  joined: ['→', 'live', member],
  listening: ['♪', 'live', member],
  left: ['←', 'live', member],
  refused: ['✕', 'bad', ({ what, reason }) => [what, reason]],
  faulted: ['↯', 'warn', ({ what, fault }) => [what, fault], 'fault'],
};
/** The same with names; `tell` tells a record in two parts. */
export const KINDS = Object.fromEntries(Object.entries(TABLE).map(
  ([kind, [sign, tone, tell, word = kind.replace('_', ' ')]]) => [kind, { sign, tone, tell, word }],
));

const ROUTES = ['email', 'registrations', 'push', 'pushtemplates', 'channels'];

/** The channel of an event, of a refused request's path too; the empty text where there is none. */
export function channelOf({ record: { channel, what = '' } }) {
  const [, named = ''] = /\/messaging\/([^/?]+)/.exec(what) ?? [];
  return channel ?? (ROUTES.includes(named) ? '' : named);
}

export const fits = (event, { channel, kind, text }) =>
  (!channel || channelOf(event) === channel) && (!kind || event.kind === kind) && has(event.record, text);
