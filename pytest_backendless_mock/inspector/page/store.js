// What the page knows. It is drawn once in an animation frame, however much came in between.

/** All that is shown follows from this. */
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

/** Says what draws the page. */
export const drawBy = (drawing) => { draw = drawing; };

/** Makes a handler of work that may be refused; what it returns is told, in sight and to screen readers. */
export const doing = (work) => async (event) => {
  event.preventDefault();
  try {
    change({ said: await work(event) ?? '', trouble: '' });
  } catch (error) {
    change({ said: '', trouble: error.message });
  }
};
