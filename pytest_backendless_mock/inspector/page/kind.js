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

/** By kind: its word and sign, its tone (a class of the style sheet), and how a record is told, in two parts. */
export const KINDS = {
  scheduled: { word: 'scheduled', sign: '○', tone: 'ahead', tell: delivery },
  accepted: { word: 'accepted', sign: '◇', tone: 'plain', tell: message },
  delivered: { word: 'delivered', sign: '●', tone: 'good', tell: delivery },
  retrieved: { word: 'retrieved', sign: '✓', tone: 'good', tell: delivery },
  cancelled: { word: 'cancelled', sign: '⊘', tone: 'warn', tell: message },
  pushed: { word: 'pushed', sign: '▲', tone: 'sent', tell: push },
  push_failed: { word: 'push failed', sign: '△', tone: 'bad', tell: push },
  not_pushed: { word: 'not pushed', sign: '△', tone: 'warn', tell: message },
  failed: { word: 'failed', sign: '✕', tone: 'bad', tell: message },
  emailed: { word: 'e-mailed', sign: '✉', tone: 'sent', tell: email },
  joined: { word: 'joined', sign: '→', tone: 'live', tell: member },
  listening: { word: 'listening', sign: '♪', tone: 'live', tell: member },
  left: { word: 'left', sign: '←', tone: 'live', tell: member },
  refused: { word: 'refused', sign: '✕', tone: 'bad', tell: ({ what, reason }) => [what, reason] },
  faulted: { word: 'fault', sign: '↯', tone: 'warn', tell: ({ what, fault }) => [what, fault] },
};

const ROUTES = ['email', 'registrations', 'push', 'pushtemplates', 'channels'];

/** The channel of an event, of a refused request's path too; the empty text where there is none. */
export function channelOf({ record: { channel, what = '' } }) {
  const [, named = ''] = /\/messaging\/([^/?]+)/.exec(what) ?? [];
  return channel ?? (ROUTES.includes(named) ? '' : named);
}

/** Whether an event passes a filter. */
export const fits = (event, { channel, kind, text }) =>
  (!channel || channelOf(event) === channel) && (!kind || event.kind === kind) && has(event.record, text);
