// The processes of the service, from the operators' API.

const API_EVERY_MS = 1900;  // every second sample

let ownProcess = '';
let serverNow = 0;
let listed = null;  // the processes of the last answer
let listedAt = 0;

const processPart = (id) => id.slice(id.lastIndexOf('.') + 1);
const hostPart = (id) => id.slice(0, Math.max(id.lastIndexOf('.'), 0)) || id;
const counted = (count, one, several) => `${number(count)} ${count === 1 ? one : several}`;

// Returns a function that calls `look` at most once in `every` ms, or 'now', and never while a call is in progress.
function paced(look, every = API_EVERY_MS) {
  let due = 0;
  let busy = false;
  let again = false;
  return async (when) => {
    if (busy) { again ||= when === 'now'; return; }
    if (when !== 'now' && Date.now() < due) return;
    busy = true;
    do {
      again = false;
      due = Date.now() + every;
      await look();
    } while (again);
    busy = false;
  };
}

// How a failure of the API is shown, with the processes that did not answer.
function apiTrouble(error) {
  const { message, status, details } = error;
  if (!status) return 'hermod does not answer';
  return details?.silent ? `${message} (${details.silent.join(', ')})` : message;
}

// Which version most processes have. If two are equally frequent, that of this process.
function usualVersion() {
  const counts = new Map();
  for (const one of listed) counts.set(one.version, (counts.get(one.version) ?? 0) + 1);
  const own = listed.find((one) => one.id === ownProcess)?.version;
  return [...counts.keys()].sort((a, b) => counts.get(b) - counts.get(a) || (b === own) - (a === own))[0];
}

// What needs attention comes first.
function sorted(usual) {
  const rank = (one) => (one.ready ? 2 : 0) + (one.version === usual ? 1 : 0);
  return [...listed].sort((a, b) => rank(a) - rank(b) || a.host.localeCompare(b.host) || a.id.localeCompare(b.id));
}

function drawVerdict(usual) {
  const pills = [];
  const waiting = listed.filter((one) => !one.ready).length;
  if (waiting) pills.push(['bad', waiting === listed.length ? 'no process is ready' : `${number(waiting)} of ${number(listed.length)} not ready`]);
  else pills.push(['good', listed.length === 1 ? 'ready' : `all ${number(listed.length)} are ready`]);
  const others = new Set(listed.map((one) => one.version)).size - 1;
  if (others) pills.push(['warn', `${number(others + 1)} versions, most ${usual}`]);
  if (!listed.some((one) => one.consumes)) pills.push(['warn', 'no process consumes from Kafka']);
  if (changed('verdict', pills)) $('verdict').replaceChildren(...pills.map(([look, text]) => el('span', { class: `pill ${look}` }, text)));
}

function drawSums() {
  const sum = (field) => listed.reduce((total, one) => total + (one[field] ?? 0), 0);
  const known = listed.some((one) => one.lag !== null);
  const figures = [['processes', number(listed.length)], ['connections', number(sum('connections'))], ['users', number(sum('users'))], ['lag', known ? number(sum('lag')) : '\u2013']];
  if (!changed('sums', figures)) return;
  $('sums').replaceChildren(...figures.map(([name, value]) => el('div', {}, el('dt', {}, name), el('dd', {}, value))));
}

function processName(one) {
  const made = el('span', {}, el('strong', {}, one.host), el('span', { class: 'id' }, processPart(one.id)));
  if (one.id === ownProcess) made.append(el('span', { class: 'chip' }, 'this process'));
  made.title = one.id;
  return made;
}

function drawProcesses() {
  const usual = usualVersion();
  drawVerdict(usual);
  drawSums();
  const rows = sorted(usual);
  fill('processes', rows.map((one) => [
    [processName(one), 'name'],
    el('span', { class: `pill ${one.ready ? 'good' : 'bad'}` }, one.ready ? 'ready' : 'not ready'),
    one.version === usual ? one.version : [`${one.version} (differs)`, 'warn-text'],
    [aged(one.since, serverNow), 'number'],
    [number(one.connections), 'number'],
    [number(one.users), 'number'],
    one.consumes ? 'yes' : 'no',
    [one.lag === null ? '\u2013' : number(one.lag), 'number'],
  ]), 'No process is listed.', rows.map((one) => one.id));
  $('several').hidden = listed.length < 2;
  $('of-processes').hidden = false;
}

// Says how old the list is as soon as it is not refreshed. The age is not in the live region, which would be read at each change.
function noteAge(why = 'hermod does not answer') {
  show($('processes-note'), `The processes are unknown: ${why}.`, 'bad-text');
  show($('processes-age'), listed ? `The list is ${duration(Date.now() - listedAt)} old.` : '');
  for (const part of ['verdict', 'of-processes']) $(part).classList.add('stale');
}

const lookAtProcesses = paced(async () => {
  try {
    listed = (await request('api/processes')).processes;
  } catch (error) {
    noteAge(apiTrouble(error));
    return;
  }
  listedAt = Date.now();
  for (const part of ['verdict', 'of-processes']) $(part).classList.remove('stale');
  show($('processes-note'), '', 'quiet');
  show($('processes-age'), '');
  drawProcesses();
});

// Called with each sample of this process. Without ADMIN_TOKEN there is no API, and each request would be a refusal in the log.
function lookAtService(state) {
  ownProcess = state.process;
  serverNow = Date.parse(state.time);
  if (!state.api || state.locked) {
    show($('processes-note'), 'The list of all processes and the connections of a user need the API, and the API needs ADMIN_TOKEN. Set it to at least 16 characters and start hermod again.', 'quiet');
    $('of-processes').hidden = true;
    return;
  }
  lookAtProcesses();
  lookAtUser();
  lookAtFeed();
}
