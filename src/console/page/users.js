// A user's connections to all processes, their end, and the revocation of tokens, over the operators' API.

const REASON_BYTES_MAX = 123;

let opened = null;  // the id of the user that is shown

const api = (user, action = '') => `api/users/${encodeURIComponent(user)}${action}`;
const sendable = (code) => Number.isInteger(code) && ((code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) || (code >= 3000 && code <= 4999));

// Opens the user; the listener on the table handles the press.
function userButton(user) {
  return el('button', { type: 'button', class: 'link', 'data-user': user, title: `Show the connections of ${user} to all processes` }, user);
}

function drawUser(found) {
  const { connections } = found;
  const byAge = [...connections].sort((a, b) => a.since.localeCompare(b.since));
  const held = new Set(connections.map((one) => one.process)).size;
  const where = held > 1 ? ` to ${number(held)} processes` : '';
  elsewhere = connections.filter((one) => one.process !== ownProcess).length;
  show($('found-state'), found.online ? 'online' : 'offline', `pill ${found.online ? 'good' : ''}`);
  show($('found-note'), found.online ? `${number(connections.length)} of at most ${counted(found.limit, 'connection', 'connections')}${where}` : `No process has a connection of this user. At most ${number(found.limit)} are possible.`);
  $('of-links').hidden = !found.online;
  fill('links', byAge.map((one) => [
    [one.id, 'name'],
    [processName({ id: one.process, host: hostPart(one.process) }), 'name'],
    [aged(one.since, serverNow), 'number'],
    one.device === null ? '\u2013' : [one.device, 'name'],
    [one.address, 'name'],
  ]), '', byAge.map((one) => `${one.process} ${one.id}`));
}

const lookAtUser = paced(async () => {
  if (opened === null) return;
  const user = opened;
  let found = null;
  let error = null;
  try { found = await request(api(user)); } catch (caught) { error = caught; }
  if (user !== opened) return;  // another one was opened meanwhile
  show($('find-answer'), error ? `The connections are unknown: ${apiTrouble(error)}.` : '');
  $('found').classList.toggle('stale', error !== null);
  if (found) drawUser(found);
  $('found').hidden = error !== null && $('found').dataset.user !== user;
  if (found) $('found').dataset.user = user;
});

function openUser(user) {
  if (user !== opened) {
    $('found').hidden = true;
    show($('act-answer'), '');
    show($('feed-note'), '');
    $('feed').replaceChildren();
  }
  opened = user;
  $('find-id').value = user;
  show($('found-user'), user);
  show($('find-answer'), '');
  lookAtFeed('now');
  return lookAtUser('now');
}

function closeUser() {
  opened = null;
  $('found').hidden = true;
  $('find-id').focus();
}

// A dialog that confirms an action. While the action is in progress it stays open, and so it does with the error if there is one; the
// browser then returns the focus to the button that opened it.
function confirmation(name, busyText, act, answer) {
  const dialog = $(name);
  const button = dialog.querySelector('button.danger');
  const text = button.textContent;
  let busy = false;
  const say = (error) => show(dialog.open ? dialog.querySelector('[role=alert]') : answer, error, 'bad-text');
  dialog.querySelector('form').addEventListener('submit', async (event) => {
    event.preventDefault();
    if (busy) return;
    busy = true;
    button.textContent = busyText;
    say('');
    try {
      const [said, look] = await act();
      dialog.close();
      show(answer, said, look);
    } catch (error) {
      say(apiTrouble(error));
    }
    busy = false;
    button.textContent = text;
  });
  dialog.querySelector('button.plain').addEventListener('click', () => dialog.close());
  return () => {
    dialog.querySelector('form').reset();
    show(dialog.querySelector('[role=alert]'), '');
    show(answer, '');
    dialog.showModal();
  };
}

async function endConnections() {
  const user = $('end').dataset.user;
  const body = { code: Number($('end-code').value) };
  if ($('end-reason').value) body.reason = $('end-reason').value;
  if ($('end-revoke').checked) body.revoke = true;
  const revoked = body.revoke ? ' The tokens that the user has now are refused.' : '';
  try {
    const { connections } = await request(api(user, '/disconnect'), body);
    return [`${counted(connections, 'connection', 'connections')} of ${user} ended.${revoked}`, 'good-text'];
  } catch (error) {
    if (!error.details?.silent) throw error;
    const { connections, silent } = error.details;
    return [`${counted(connections, 'connection', 'connections')} of ${user} ended. These processes did not answer within 10 s, and may still have connections: ${silent.join(', ')}.`, 'bad-text'];
  } finally {
    lookAtUser('now');
  }
}

async function revokeToken() {
  const jti = $('revoke').dataset.jti;
  await request('api/tokens/revoke', { jti });
  $('token-id').value = '';
  return [`The token ${jti} is revoked.`, 'good-text'];
}

const confirmEnd = confirmation('end', 'Disconnecting\u2026', endConnections, $('act-answer'));
const confirmRevoke = confirmation('revoke', 'Revoking\u2026', revokeToken, $('token-answer'));

function checkEnd() {
  $('end-code').setCustomValidity(sendable(Number($('end-code').value)) ? '' : 'The code must be 1000 to 1003, 1007 to 1014, or 3000 to 4999.');
  const bytes = new TextEncoder().encode($('end-reason').value).length;
  $('end-reason').setCustomValidity(bytes <= REASON_BYTES_MAX ? '' : `The reason must have at most ${REASON_BYTES_MAX} bytes. It has ${bytes}.`);
}

$('find').addEventListener('submit', (event) => {
  event.preventDefault();
  openUser($('find-id').value);
});
$('who').addEventListener('click', async (event) => {
  const user = event.target.closest('button')?.dataset.user;
  if (user === undefined) return;
  await openUser(user);
  $('find-title').focus();
});
$('found-close').addEventListener('click', closeUser);
$('end-button').addEventListener('click', () => {
  $('end').dataset.user = opened;
  show($('end-user'), opened);
  confirmEnd();
  checkEnd();
});
$('end-code').addEventListener('input', checkEnd);
$('end-reason').addEventListener('input', checkEnd);
$('token').addEventListener('submit', (event) => {
  event.preventDefault();
  $('revoke').dataset.jti = $('token-id').value;
  show($('revoke-id'), $('token-id').value);
  confirmRevoke();
});
