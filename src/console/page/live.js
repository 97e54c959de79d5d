// Requests the state of the process every second and draws the parts that changed.

const EVERY_MS = 1000;
const KEPT = 120;           // samples of a sparkline
const AGE_WINDOW = 30;      // samples over which the ages are computed
const SECRET_MIN = 16;      // shortest secret or ADMIN_TOKEN, in characters
const SHARDS_MAX = 12;       // shards of Redis that are listed
const ADDED = { 'X-Hermod-Console': '1' };

const samples = [];
const series = { records: [], sent: [], age: [], lag: [] };
let consoleToken = '';
let started = 0;

// The link that `hermod serve` prints contains the secret after its '#', which browsers never send to a server. A
// fragment that is shorter than a secret is an anchor on the page. Returns whether there was a secret.
function readFragment() {
  if (location.hash.length < 1 + SECRET_MIN) return false;
  consoleToken = location.hash.slice(1);
  history.replaceState(null, '', location.pathname + location.search);
  return true;
}

const ask = (path, body) => request(`console/${path}`, body);

async function request(path, body) {
  const headers = { ...ADDED };
  if (consoleToken) headers.Authorization = `Bearer ${consoleToken}`;
  const options = { headers, cache: 'no-store', credentials: 'omit' };
  if (body !== undefined) {
    headers['Content-Type'] = 'application/json';
    Object.assign(options, { method: 'POST', body: JSON.stringify(body) });
  }
  const answer = await fetch(path, options);
  const said = answer.status === 204 ? null : await answer.json().catch(() => null);
  if (answer.ok) return said;
  // A proxy may answer with a page of its own.
  const { message, details } = said?.error ?? { message: `the answer was HTTP ${answer.status}` };
  throw Object.assign(new Error(message), { status: answer.status, details });
}

function remember(list, value) {
  list.push(value);
  if (list.length > KEPT) list.shift();
  return list;
}

function station(id, look, where, figures) {
  const place = $(id);
  place.className = `station${id === 'self' ? ' own' : ''} ${look}`;
  show(place.querySelector('.where'), where);
  place.querySelector('.where').title = where;
  if (!changed(id, figures)) return;
  place.querySelector('dl').replaceChildren(...figures.flatMap(([name, value]) => [el('dt', {}, name), el('dd', {}, value)]));
}

function tile(id, values, figure, unit, note) {
  const place = $(`tile-${id}`);
  sparkline(place, values);
  if (!changed(`tile-${id}`, [figure, unit, note])) return;
  place.querySelector('.figure').replaceChildren(figure, el('small', {}, unit));
  show(place.querySelector('.quiet'), note);
}

function totalLag(state) {
  return state.kafka.lag.reduce((sum, one) => sum + Math.max(one.records, 0), 0);
}

function drawPath(state, flow) {
  const { kafka, redis, totals } = state;
  const place = (where) => (where === 'memory' ? 'inside this process' : where);
  const known = (us) => (us < 0 ? '\u2013' : us < 1000 ? `${us} \u00b5s` : `${(us / 1000).toFixed(1)} ms`);
  station('kafka', kafka.up ? (kafka.missing_topics.length ? 'warn' : 'good') : 'bad', kafka.up ? place(kafka.where) : kafka.reason,
    [['partitions', number(kafka.partitions)], ['lag', number(totalLag(state))], ['dead letters', number(totals.dead_letters)]]);
  station('self', state.ready ? 'good' : 'bad', state.service,
    [['in flight', number(totals.records_in_flight)], ['routed', number(totals.records_routed)], ['duplicates dropped', number(totals.records_repeated)]]);
  const limping = redis.reason || redis.shards.some((one) => !one.up || one.reason);
  station('redis', redis.up ? (limping ? 'warn' : 'good') : 'bad', redis.up ? place(redis.where) : redis.reason,
    [['round trip', known(redis.round_trip_us)], ['subscriptions', number(redis.subscriptions)], ['reconnects', number(redis.reconnects)], ...shardFigures(redis.shards)]);
  station('sockets', 'good', `${number(state.users)} ${state.users === 1 ? 'user' : 'users'}`,
    [['connections', number(state.connections)], ['sent', number(totals.messages_sent)], ['confirmed', number(totals.deliveries_confirmed)]]);
  document.querySelectorAll('.wire').forEach((wire, i) => wire.classList.toggle('flows', flow[i] > 0));
}

// One figure for each shard of Redis, if there are several. The reasons are above the path.
function shardFigures(shards) {
  const figures = shards.slice(0, SHARDS_MAX).map((one) => [one.address, one.up ? `${number(one.users)} users` : 'down']);
  if (shards.length > SHARDS_MAX) figures.push(['more shards', number(shards.length - SHARDS_MAX)]);
  return figures;
}

// Draws the rates since the last sample, and the age of recent events.
function drawRates(state) {
  const now = { at: Date.parse(state.time), totals: state.totals, ages: state.event_age.counts };
  const before = samples[samples.length - 1] ?? now;
  const seconds = Math.max((now.at - before.at) / 1000, 0.001);
  const gone = (name) => Math.max((now.totals[name] - before.totals[name]) / seconds, 0);
  const first = samples[Math.max(samples.length - AGE_WINDOW, 0)] ?? now;
  const ages = now.ages.map((count, i) => count - first.ages[i]);
  remember(samples, now);
  const p50 = quantile(state.event_age.bounds, ages, 0.5);
  const p99 = quantile(state.event_age.bounds, ages, 0.99);
  const lag = totalLag(state);
  tile('records', remember(series.records, gone('records_received')), rate(gone('records_received')), 'per second', `${number(now.totals.records_received)} in total`);
  tile('sent', remember(series.sent, gone('messages_sent')), rate(gone('messages_sent')), 'per second', `${number(now.totals.messages_replayed)} replayed, ${number(now.totals.messages_dropped)} dropped`);
  tile('age', remember(series.age, p99 ?? 0), age(p50), p50 === null ? '' : 'median', p99 === null ? 'none in the last 30 seconds' : `99 % within ${age(p99)}`);
  tile('lag', remember(series.lag, lag), number(lag), lag === 1 ? 'record' : 'records', !state.kafka.up ? 'not consuming from Kafka' : state.kafka.missing_topics.length ? `missing topics: ${state.kafka.missing_topics.join(', ')}` : `over ${number(state.kafka.partitions)} partitions`);
  return [gone('records_received'), gone('records_routed'), gone('messages_sent')];
}

function drawPeople(state) {
  const users = new Map();
  for (const one of state.listed) {
    const known = users.get(one.user) ?? { count: 0, since: 0, states: new Set() };
    users.set(one.user, { count: known.count + 1, since: Math.max(known.since, one.since_ms), states: known.states.add(one.state) });
  }
  const sure = $('filter').value !== '';
  fill('who', [...users].map(([user, has]) => [[state.api ? userButton(user) : user, 'name'], [number(has.count), 'number'], [...has.states].join(', '), [duration(has.since), 'number']]),
    sure ? 'No connected user matches.' : 'No user is connected to this process.', [...users.keys()]);
  show($('who-count'), number(state.connections));
  show($('who-note'), state.matching > state.listed.length ? `The newest ${number(state.listed.length)} connections of ${number(state.matching)}.` : '');
  fill('slow', state.slow.map((one) => [[one.user, 'name'], [number(one.waiting_messages), 'number'], [bytes(one.waiting_bytes), 'number'], [one.unanswered_ms ? duration(one.unanswered_ms) : '\u2013', 'number']]),
    'No client is slow.');
  show($('slow-count'), state.slow.length ? number(state.slow.length) : '');
}

function drawDead(state) {
  show($('dead-count'), state.totals.dead_letters ? number(state.totals.dead_letters) : '');
  if (!changed('dead', state.dead_letters)) return;
  fill('dead', state.dead_letters.map((one) => {
    const reason = one.field ? `${one.reason}: ${one.field}` : one.reason;
    const what = el('details', {}, el('summary', {}, reason), el('p', {}, one.value), el('p', {}, one.user ? `key ${one.user}` : ''));
    return [new Date(one.time).toLocaleTimeString(), one.value ? what : reason, [`${one.topic} ${one.partition}:${one.offset}`, 'name'], [number(one.bytes), 'number']];
  }), 'None since this process started.');
}

function drawLag(state) {
  if (!changed('lag', state.kafka.lag)) return;
  const sorted = [...state.kafka.lag].sort((a, b) => b.records - a.records || a.topic.localeCompare(b.topic) || a.partition - b.partition);
  fill('lag', sorted.map((one) => [[one.topic, 'name'], [String(one.partition), 'number'], [one.records < 0 ? '?' : number(one.records), 'number']]),
    'No partition is assigned to this process.');
}

function draw(state) {
  started = Date.now() - state.uptime_ms;
  document.body.classList.toggle('read-only', state.read_only);
  document.body.classList.toggle('locked', state.locked);
  document.body.classList.toggle('no-api', !state.api);
  show($('environment'), state.environment);
  $('environment').hidden = false;
  $('read-only').hidden = !state.read_only;
  show($('ready'), state.ready ? 'ready' : 'not ready', `pill ${state.ready ? 'good' : 'bad'}`);
  document.title = `hermod \u2013 ${state.ready ? 'ready' : 'not ready'}`;
  show($('version'), `hermod ${state.version}`);
  show($('uptime'), `up ${duration(state.uptime_ms)}`);
  show($('process'), state.process);
  trouble(state.reasons.join('\n'));
  drawPath(state, drawRates(state));
  drawPeople(state);
  drawDead(state);
  drawLag(state);
  drawSent(state.sent);
  lookAtService(state);
  $('unlock').hidden = !state.locked;
  $('figures').hidden = false;
}

function trouble(text) {
  $('trouble').hidden = text === '';
  show($('trouble'), text);
}

function lock(error) {
  $('figures').hidden = true;
  $('unlock').hidden = false;
  show($('ready'), 'locked', 'pill warn');
  show($('unlock-answer'), consoleToken ? (error.status === 401 ? 'The token is wrong.' : error.message) : '');
  consoleToken = '';  // sending a wrong token again would count as another guess
  if (document.activeElement === document.body) $('console-token').focus();
}

// Returns whether to continue requesting.
async function look() {
  try {
    draw(await ask(`state?user=${encodeURIComponent($('filter').value)}`));
  } catch (error) {
    if (error.status === 401 || error.status === 429) { lock(error); return false; }
    show($('ready'), 'no answer', 'pill bad');
    trouble(error.status ? error.message : 'hermod does not answer. This page keeps trying.');
    if (listed) noteAge();
  }
  return true;
}

let asking = 0;
async function watch() {
  const mine = ++asking;
  while (mine === asking && (document.hidden || await look())) {
    await new Promise((wake) => setTimeout(wake, EVERY_MS));
  }
}

$('unlock').addEventListener('submit', (event) => {
  event.preventDefault();
  consoleToken = $('console-token').value.trim().replace(/^https?:\/\/[^#]*#/i, '');  // of the printed link, only the fragment
  watch();
});
addEventListener('hashchange', () => { if (readFragment()) watch(); });
$('filter').addEventListener('input', () => look());
document.addEventListener('visibilitychange', () => { if (!document.hidden) look(); });
