// Helpers of the page. No value is ever parsed as markup: values become text nodes.

const $ = (id) => document.getElementById(id);

function el(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

function show(element, text, look) {
  if (element.textContent !== text) element.textContent = text;
  if (look !== undefined) element.className = look;
}

// Whether `value` differs from the value of the last call with this `name`. Unchanged parts are not drawn again.
const drawn = new Map();
function changed(name, value) {
  const text = JSON.stringify(value);
  if (drawn.get(name) === text) return false;
  drawn.set(name, text);
  return true;
}

const whole = new Intl.NumberFormat('en');
const number = (value) => whole.format(Math.round(value));

function rate(value) {
  return value >= 100 || value === 0 ? number(value) : value.toFixed(1);
}

function bytes(value) {
  if (value < 1024) return `${value} B`;
  const kilo = value / 1024;
  return kilo < 1024 ? `${kilo.toFixed(1)} KiB` : `${(kilo / 1024).toFixed(1)} MiB`;
}

function duration(ms) {
  if (ms < 0) return '?';
  if (ms < 1000) return `${Math.round(ms)} ms`;
  const seconds = Math.floor(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  const hours = Math.floor(seconds / 3600);
  return hours < 48 ? `${hours} h ${Math.floor(seconds / 60) % 60} min` : `${Math.floor(hours / 24)} days`;
}

// The quantile `share` of a histogram, in milliseconds; null if the histogram is empty.
function quantile(bounds, counts, share) {
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total === 0) return null;
  let left = share * total;
  for (let i = 0; i < counts.length; ++i) {
    if (counts[i] < left) { left -= counts[i]; continue; }
    const low = i === 0 ? 0 : bounds[i - 1];
    const high = i < bounds.length ? bounds[i] : bounds[bounds.length - 1];
    return 1000 * (low + (high - low) * (counts[i] === 0 ? 1 : left / counts[i]));
  }
  return 1000 * bounds[bounds.length - 1];
}

function age(ms) {
  if (ms === null) return '\u2013';
  return ms < 10 ? `${ms.toFixed(1)} ms` : duration(ms);
}

const SVG = 'http://www.w3.org/2000/svg';

// Draws a line over a filled area, as wide as its tile.
function sparkline(tile, values) {
  let svg = tile.querySelector('svg');
  if (!svg) {
    svg = document.createElementNS(SVG, 'svg');
    for (const [name, value] of [['class', 'spark'], ['viewBox', '0 0 100 38'], ['preserveAspectRatio', 'none'], ['aria-hidden', 'true']]) {
      svg.setAttribute(name, value);
    }
    for (const part of ['area', 'edge']) {
      const path = document.createElementNS(SVG, 'path');
      path.setAttribute('class', part);
      svg.append(path);
    }
    tile.append(svg);
  }
  const top = Math.max(...values, 1e-9);
  const points = values.map((value, i) => `${(100 * i / Math.max(values.length - 1, 1)).toFixed(2)} ${(36 - 32 * value / top).toFixed(2)}`);
  const edge = points.length > 1 ? `M${points.join('L')}` : 'M0 36L100 36';
  svg.children[0].setAttribute('d', `${edge}L100 38L0 38Z`);
  svg.children[1].setAttribute('d', edge);
}

// The age of `since` (ISO 8601) at the time `now` of the server, with the exact time as its title.
function aged(since, now) {
  const at = new Date(since);
  return el('time', { datetime: since, title: at.toLocaleString() }, duration(Math.max(now - at, 0)));
}

// A cell is a string, an element, or one of them with a class. Unchanged content stays, and with it the focus.
function drawCell(place, cell) {
  const [content, look] = Array.isArray(cell) ? cell : [cell, ''];
  if (place.className !== look) place.className = look;
  const wanted = content instanceof Node ? content : document.createTextNode(content);
  if (place.childNodes.length !== 1 || !place.firstChild.isEqualNode(wanted)) place.replaceChildren(wanted);
}

// Gives `parent` these children, in this order. Those that it has already are not removed in between, and keep the focus.
function arrange(parent, wanted) {
  const kept = new Set(wanted);
  for (const child of [...parent.children]) if (!kept.has(child)) child.remove();
  wanted.forEach((child, i) => { if (parent.children[i] !== child) parent.insertBefore(child, parent.children[i] ?? null); });
}

// Fills a table. A row is a list of cells; `keys` identifies the rows, which stay in the page while they are listed.
function fill(table, rows, empty, keys = rows.map((_, i) => String(i))) {
  const body = $(table).tBodies[0];
  const heads = [...$(table).tHead.rows[0].cells].map((head) => head.textContent);
  if (rows.length === 0) {
    const cell = el('td', { class: 'empty', colspan: heads.length, role: 'cell' }, empty);
    if (!body.rows[0]?.cells[0].isEqualNode(cell)) body.replaceChildren(el('tr', { role: 'row' }, cell));
    return;
  }
  const known = new Map([...body.rows].map((row) => [row.dataset.key, row]));
  arrange(body, rows.map((cells, i) => {
    const row = known.get(keys[i]) ?? el('tr', { role: 'row', 'data-key': keys[i] }, ...cells.map((_, j) => el('td', { role: 'cell', 'data-label': heads[j] })));
    cells.forEach((cell, j) => drawCell(row.cells[j], cell));
    return row;
  }));
}
