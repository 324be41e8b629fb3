// How things are written for people. Instants are in UTC everywhere, as the mock has them.
import { state } from './store.js';

/** `09:00:00`, with milliseconds where there are any. */
export const timeOf = (instant) => instant.slice(11, 23).replace(/Z|\.000$/g, '');

/** `2030-01-07`. */
export const dayOf = (instant) => instant.slice(0, 10);

/** `2030-01-07 09:00:00`. */
export const stampOf = (instant) => `${dayOf(instant)} ${timeOf(instant)}`;

/** Seconds as `1 h 30 min`. */
export function durationOf(seconds) {
  const sizes = [['d', 86400, Infinity], ['h', 3600, 24], ['min', 60, 60], ['s', 1, 60]];
  const parts = sizes.map(([unit, size, most]) => [size > 1 ? Math.floor(seconds / size) % most : seconds % 60, unit]);
  return parts.filter(([number]) => number).map((part) => part.join(' ')).join(' ');
}

/** A payload in one line. */
export const lineOf = (data) => (typeof data === 'string' ? data : JSON.stringify(data)).slice(0, 300);

const packed = (text) => text.replace(/\\u([\da-f]{4})/gi, (_, code) => String.fromCharCode(`0x${code}`)).replace(/\s/g, '');

/** A payload over as many lines as it takes; JSON in a text is laid out, where that changes nothing but blanks and \u escapes. */
export function blockOf(data) {
  try {
    const laidOut = JSON.stringify(typeof data === 'string' ? JSON.parse(data) : data, null, 2);
    return typeof data !== 'string' || packed(laidOut) === packed(data) ? laidOut : data;
  } catch {
    return data;
  }
}

/** `1 message`, `2,000 messages`. */
export const countOf = (number, word) => `${number.toLocaleString('en-US')} ${word}${number === 1 ? '' : 's'}`;

/** A path of the service without the application's id and key. */
export const pathOf = ({ path, query }) => {
  const short = path.startsWith(`/${state.app?.appId}/`) ? `…/${path.split('/').slice(3).join('/')}` : path;
  return query ? `${short}?${query}` : short;
};

const sought = (value) => JSON.stringify(value).toLowerCase();

/** Whether a text is found anywhere in a record. */
export const has = (record, text) => !text || sought(record).includes(sought(text).slice(1, -1));
