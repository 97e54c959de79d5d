// Opens one connection with Node's ws and prints its events to stdout, one JSON object per line. The argument is JSON:
// url, protocols, headers, count (number of messages to wait for), maxPayload (bytes; 0: unlimited).
'use strict';
const WebSocket = require('ws');

const {url, protocols, headers, count, maxPayload} = JSON.parse(process.argv[2]);
const socket = new WebSocket(url, protocols, {headers, maxPayload});
const tell = (event) => console.log(JSON.stringify(event));
let left = count;

socket.on('open', () => tell({event: 'open', protocol: socket.protocol}));
socket.on('unexpected-response', (request, answer) => {
  tell({event: 'refused', status: answer.statusCode});
  request.destroy();
});
socket.on('message', (data, isBinary) => {
  tell({event: 'message', text: data.toString(), binary: isBinary});
  if (--left === 0) socket.close(1000);
});
socket.on('close', (code, reason) => tell({event: 'close', code, reason: reason.toString()}));
socket.on('error', () => {});
