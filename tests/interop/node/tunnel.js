'use strict';

// usage: node tunnel.js LISTEN_HOST TO_HOST AUTHORITY CERT KEY PORT...
// Takes plain connections at each port of LISTEN_HOST and forwards them over TLS to the same port of TO_HOST, which it verifies by AUTHORITY
// and shows CERT. Prints a line for each connection, with what was agreed on.

const fs = require('fs');
const net = require('net');
const tls = require('tls');

const [ listenHost, toHost, authority, cert, key, ...ports ] = process.argv.slice(2);
const identity = { ca: fs.readFileSync(authority), cert: fs.readFileSync(cert), key: fs.readFileSync(key) };
let listening = 0;

for (const port of ports) {
  const server = net.createServer(plain => {
    const encrypted = tls.connect({ host: toHost, port, servername: 'localhost', ...identity }, () => {
      console.log(`tunnel ${port} ${encrypted.getProtocol()} authorized=${encrypted.authorized}`);
      plain.pipe(encrypted).pipe(plain);
    });
    const close = error => {
      if (error) {
        console.log(`tunnel ${port} ${error.message}`);
      }
      plain.destroy();
      encrypted.destroy();
    };
    encrypted.on('error', close).on('close', () => close());
    plain.on('error', close).on('close', () => close());
  });
  server.listen(port, listenHost, () => {
    if (++listening === ports.length) {
      console.log('ready');
    }
  });
}
