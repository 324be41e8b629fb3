// What the page knows. It is drawn once in an animation frame, however much came in between.

export const state = {
  address: { app: 'default', view: 'timeline', filter: {}, open: '' },
  apps: [],
  app: null, // as the control API describes it
  readAt: 0, // when it was read, by this computer's clock
  events: [], // the newest, oldest first
  total: 0, // how many events there were
  requests: [],
  outbox: [],
  unknown: 0, // requests that the service does not have
  upcoming: [],
  beat: 0, // goes up whenever something may have changed
  connection: 'connecting', // or live, lost, locked, gone
  said: '',
  trouble: '', // what the server would not do
  language: 'curl', // of the lines to copy
};
let draw;
let isAsked = false;

/** Sets some of the state, and has the page drawn. */
export function change(some) {
  Object.assign(state, some);
  if (isAsked) return;
  isAsked = true;
  requestAnimationFrame(() => {
    isAsked = false;
    draw();
  });
}

export const drawBy = (drawing) => { draw = drawing; };

let timer;

/** Tells something for a while, in sight and to screen readers. */
export function say(said = '') {
  clearTimeout(timer);
  timer = setTimeout(change, 10_000, { said: '' });
  change({ said, trouble: '' });
}

/** Makes a handler of work that may be slow or refused; what it returns is told. */
export const doing = (work) => async (event) => {
  event.preventDefault();
  const slow = setTimeout(say, 300, 'Working…');
  try {
    say(await work(event));
  } catch (error) {
    change({ said: '', trouble: error.message });
  } finally {
    clearTimeout(slow);
  }
};
