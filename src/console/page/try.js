// The form "Try it": connects as a user, and sends notifications through Kafka.

const FRAMES_MAX = 50;
let socket = null;

function addFrame(item) {
  const list = $('frames');
  list.querySelector('.empty')?.remove();
  item.classList.add('fresh');
  list.prepend(item);
  while (list.children.length > FRAMES_MAX) list.lastChild.remove();
}

function note(text) {
  addFrame(el('li', { class: 'note' }, text));
}

function onFrame(text) {
  let said = null;
  try { said = JSON.parse(text); } catch { /* shown unparsed */ }
  // Envelopes and events contain the notification in `data`.
  const inner = said?.data ?? said;
  const head = el('header', {}, el('strong', {}, String(said?.event ?? inner?.notification_type ?? 'text')));
  for (const name of ['priority', 'category']) {
    if (typeof inner?.[name] === 'string') head.append(el('span', { class: name === 'priority' ? `chip sort-${inner[name]}` : 'quiet' }, inner[name]));
  }
  head.append(el('span', { class: 'grow' }), el('span', { class: 'quiet' }, new Date().toLocaleTimeString()));
  const body = said === null ? text : JSON.stringify(said.payload ?? inner, null, 1).replace(/\n */g, ' ');
  addFrame(el('li', {}, head, el('pre', {}, body)));
}

function disconnect() {
  socket.close(1000);
}

async function connect() {
  const user = $('user').value;
  $('connect-button').disabled = true;
  let minted;
  try {
    minted = await ask('tokens', { user });
  } catch (error) {
    $('connect-button').disabled = false;
    show($('socket-state'), error.message, 'pill bad');
    return;
  }
  const url = new URL('ws/v1/notifications', location.href);
  url.protocol = url.protocol.replace('http', 'ws');
  const mine = new WebSocket(url, ['hermod', `bearer.${minted.token}`]);
  socket = mine;
  let opened = false;
  mine.onopen = () => {
    opened = true;
    $('connect-button').disabled = false;
    show($('connect-button'), 'Disconnect');
    show($('socket-state'), `connected as ${user}`, 'pill good');
  };
  mine.onmessage = (event) => onFrame(event.data);
  mine.onclose = ({ code, reason }) => {
    if (socket === mine) socket = null;
    let why = reason;
    try { why = JSON.parse(reason).message; } catch { /* not every close has a JSON reason */ }
    $('connect-button').disabled = false;
    show($('connect-button'), 'Connect');
    show($('socket-state'), opened ? 'not connected' : 'refused', opened ? 'pill' : 'pill bad');
    if (code !== 1000) note(`closed with ${code}${why ? `: ${why}` : ''}`);
    if (!opened) note('The upgrade was refused. Check that CORS_ORIGINS contains the origin of this page.');
  };
}

let lastSent = '';
async function send() {
  let payload;
  try { payload = JSON.parse($('payload').value); } catch { payload = null; }
  if (payload === null || typeof payload !== 'object' || Array.isArray(payload)) {
    $('payload').setCustomValidity('The payload must be a JSON object, such as {"text": "hello"}');
    $('payload').reportValidity();
    return;
  }
  $('send-button').disabled = true;
  try {
    const fields = { user: $('user').value, type: $('type').value, category: $('category').value, priority: $('priority').value };
    lastSent = (await ask('notifications', { ...fields, payload })).correlation_id;
    show($('send-answer'), 'sending to Kafka\u2026', 'quiet');
    look();
  } catch (error) {
    show($('send-answer'), error.message, 'bad-text');
  }
  $('send-button').disabled = false;
}

// Draws the outcome of the last notification that this page sent.
function drawSent(sent) {
  const mine = sent.find((one) => one.correlation_id === lastSent);
  if (!mine || mine.state === 'waiting') return;
  const good = mine.state === 'acknowledged';
  show($('send-answer'), good ? `acknowledged by Kafka: ${mine.detail}` : mine.detail, good ? 'quiet' : 'bad-text');
}

$('connect').addEventListener('submit', (event) => {
  event.preventDefault();
  if (socket) disconnect(); else connect();
});
$('send').addEventListener('submit', (event) => {
  event.preventDefault();
  send();
});
$('payload').addEventListener('input', () => $('payload').setCustomValidity(''));
readFragment();
watch();
