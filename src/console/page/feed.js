// What this process writes to the connections of the opened user. The process observes the user only while a page asks.

const FEED_EVERY_MS = 900;

let elsewhere = 0;  // connections of the opened user to other processes

function feedItem(event) {
  const head = el('header', {}, el('strong', {}, event.type || 'no type'), el('span', { class: 'chip' }, `to ${counted(event.connections, 'connection', 'connections')}`));
  head.append(el('span', { class: 'id quiet' }, event.id ?? 'external'), el('span', { class: 'quiet' }, bytes(event.bytes)), el('span', { class: 'grow' }), el('span', { class: 'quiet' }, new Date(event.time).toLocaleTimeString()));
  const made = el('li', {}, head);
  if (event.payload) made.append(el('pre', {}, event.payload));
  return made;
}

// Items that did not change stay, so that a reader of the screen hears only new ones.
function drawFeed(feed) {
  const others = elsewhere ? ` The ${counted(elsewhere, 'connection', 'connections')} to other processes can be observed on their consoles.` : '';
  const dropped = feed.dropped ? ` ${counted(feed.dropped, 'older message is', 'older messages are')} not shown.` : '';
  show($('feed-note'), `What this process writes to its connections of the user, since ${new Date(feed.since).toLocaleTimeString()}.${others}${feed.payloads ? '' : ' Payloads are not shown in production.'}${dropped}`);
  const list = $('feed');
  const known = new Map([...list.children].map((item) => [item.dataset.key, item]));
  const times = new Map();
  const items = [...feed.events].reverse().map((event) => {
    const nth = (times.get(event.time) ?? 0) + 1;
    times.set(event.time, nth);
    const made = feedItem(event);
    made.dataset.key = event.id ?? `${event.time} ${nth}`;
    const old = known.get(made.dataset.key);
    if (!old) { made.className = 'fresh'; return made; }
    if (old.textContent !== made.textContent) old.replaceChildren(...made.childNodes);
    return old;
  }).reverse();
  arrange(list, items.length ? items : [list.querySelector('.empty') ?? el('li', { class: 'empty' }, 'Nothing was written to the user yet.')]);
}

const lookAtFeed = paced(async () => {
  if (opened === null) return;
  const user = opened;
  try {
    const feed = await ask(`feed?user=${encodeURIComponent(user)}`);
    if (user === opened) drawFeed(feed);
  } catch (error) {
    show($('feed-note'), `The live notifications are unknown: ${apiTrouble(error)}.`);
  }
}, FEED_EVERY_MS);
